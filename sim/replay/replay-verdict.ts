/**
 * The verdict of a replay: how what happened now compares with what was saved.
 *
 * | verdict | code and Node | digest | failure |
 * | --- | --- | --- | --- |
 * | exact | any | the same | the same |
 * | same-failure | other | other | the same signature |
 * | fixed | other | other | none |
 * | different-failure | other | other | another one: neither what was saved nor a run that holds |
 * | diverged | the same | other | any: something besides the seed decided |
 * | invalid | | | it names something that is not there, so nothing ran |
 */
import type { Failure } from '../run/run-verdict.ts';
import type { Replay } from './replay-document.ts';

export const REPLAY_VERDICTS = ['exact', 'same-failure', 'fixed', 'different-failure', 'diverged', 'invalid'] as const;

export type ReplayVerdict = (typeof REPLAY_VERDICTS)[number];

/** A run of a replay's plan, and on what. */
export interface Outcome {
  readonly codeHash: string;
  /** Major version of Node. */
  readonly node: number;
  readonly digest: string;
  readonly failure: Failure | null;
}

export function verdictOf(replay: Replay, now: Outcome): ReplayVerdict {
  const { signature } = replay.expected.onVariant;
  const sameFailure = now.failure?.signature === signature;
  const sameCode = now.codeHash === replay.codeHash && now.node === replay.node;
  // A step that never yields leaves no digest: being stuck again is all that can be compared.
  const sameDigest = now.digest === replay.digest;
  if (sameDigest && sameFailure) return sameCode || now.digest !== '' ? 'exact' : 'same-failure';
  if (sameCode) return 'diverged';
  if (sameFailure) return 'same-failure';
  return now.failure === null ? 'fixed' : 'different-failure';
}
