/**
 * The verdict of a replay: how the run of now compares with the saved one.
 *
 * | verdict | code and Node | digest | failure |
 * | --- | --- | --- | --- |
 * | exact | any | same | same signature |
 * | same-failure | changed | different | same signature |
 * | fixed | changed | any | none |
 * | different-failure | changed | any | another signature |
 * | diverged | same | different | any: something other than the seed influenced the run |
 * | invalid | | | nothing ran: the replay names something that does not exist |
 *
 * The digest covers records only, so it may stay the same when a property is changed. A stuck run
 * has no digest: it is exact if the code is the same, and otherwise same-failure.
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
