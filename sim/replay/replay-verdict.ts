/**
 * The verdict of a replay: how what happened now compares with what was saved.
 *
 * | verdict | code and Node | digest | failure |
 * | --- | --- | --- | --- |
 * | exact | any | the same | the same |
 * | drifted | other | other | the same signature |
 * | gone | other | other | none |
 * | other | other | other | another one: neither what was saved nor a run that holds |
 * | diverged | the same | other | any: something besides the seed decided |
 * | unreplayable | | | it names something that is not there, so nothing ran |
 */
import type { Failure } from '../run/run-verdict.ts';
import type { Replay } from './replay-document.ts';

export const REPLAY_VERDICTS = ['exact', 'drifted', 'gone', 'other', 'diverged', 'unreplayable'] as const;

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
  if (sameDigest && sameFailure) return sameCode || now.digest !== '' ? 'exact' : 'drifted';
  if (sameCode) return 'diverged';
  if (sameFailure) return 'drifted';
  return now.failure === null ? 'gone' : 'other';
}
