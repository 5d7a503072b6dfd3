/**
 * A replay: the seed, plan and choices that reproduce one failing run, and the expected failure.
 * All other choices are drawn from the seed again.
 */
import type { ChoiceOverrides } from '../kernel/draws.ts';
import type { Plan } from '../plan/plan.ts';
import type { Failure } from '../run/run-verdict.ts';

export const REPLAY_FORMAT = 'seedstorm-replay';
export const REPLAY_VERSION = 2;

export const FAILURE_VERDICTS = [
  'violation',
  'no-progress',
  'crash',
  'escape',
  'stuck',
  'scenario-error',
  'internal-error',
] as const;

/** The failure that a replay is expected to show. */
export interface ExpectedFailure {
  readonly verdict: Failure['verdict'];
  /** Null when the failure is not a violation. */
  readonly property: string | null;
  readonly signature: string;
}

export interface FailureSummary {
  readonly property: string | null;
  readonly risk: string | null;
  readonly subject: string | null;
  /** For people; never compared. */
  readonly text: string;
  readonly step: number;
  readonly atMs: number;
}

/**
 * `open`: a known bug, so the replay still fails. `fixed`: the replay holds, and guards against the
 * return of the bug.
 */
export const REPLAY_STATES = ['open', 'fixed'] as const;
export type ReplayState = (typeof REPLAY_STATES)[number];

export interface Replay {
  /** Six hexadecimal digits, a hash of everything that decides what runs and what is expected. */
  readonly id: string;
  /** Ids of larger replays of the same failure that were announced, and that this one replaced. */
  readonly formerIds?: readonly string[] | undefined;
  /** Of a failure that was found in unmodified code. `fixed` if absent, as in older files. */
  readonly state?: ReplayState | undefined;
  /** The scenario's file, relative to the folder of the package.json, with forward slashes. */
  readonly scenario: string;
  /** Null when the failure was found in unmodified code. */
  readonly variant: string | null;
  /** Hash of system, scenario and simulator: 16 hexadecimal digits. */
  readonly codeHash: string;
  /** Major version of Node. */
  readonly node: number;
  readonly plan: Plan;
  readonly choices: ChoiceOverrides;
  /** The limit of steps, when `--max-steps` set one. */
  readonly stepsMax?: number | undefined;
  /**
   * Packages that were found to keep state: each process evaluated them. Names that the system no
   * longer imports have no effect.
   */
  readonly statefulPackages?: readonly string[] | undefined;
  readonly expected: {
    readonly onVariant: ExpectedFailure;
    /** Unmodified code holds; for a failure that was found there, it holds once it is fixed. */
    readonly onUnmodified: 'none';
  };
  /** Over all records of the run; empty for a run that is stuck. */
  readonly digest: string;
  readonly violation: FailureSummary;
  /** Version of seedstorm. */
  readonly savedWith: string;
}
