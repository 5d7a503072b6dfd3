/**
 * The verdict of a replay: how the run of now compares with the saved one.
 *
 * | verdict | code and Node | digest | failure |
 * | --- | --- | --- | --- |
 * | exact | any | same | same signature |
 * | same-failure | changed | different | same signature |
 * | fixed | changed | different | none |
 * | different-failure | changed | different | another signature |
 * | diverged | same | different | any: something besides the seed decided |
 * | invalid | | | nothing ran: the replay names something that does not exist |
 */
import type { Failure } from '../run/run-verdict.ts';
import type { Replay } from './replay-document.ts';

export const REPLAY_VERDICTS = ['exact', 'same-failure', 'fixed', 'different-failure', 'diverged', 'invalid'] as const;

export type ReplayVerdict = (typeof REPLAY_VERDICTS)[number];

/** A run of a replay's plan, and the code that it ran on. */
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
  // A stuck run has no digest, so only the failure can be compared.
  const sameDigest = now.digest === replay.digest;
  if (sameDigest && sameFailure) return sameCode || now.digest !== '' ? 'exact' : 'same-failure';
  if (sameCode) return 'diverged';
  if (sameFailure) return 'same-failure';
  return now.failure === null ? 'fixed' : 'different-failure';
}
