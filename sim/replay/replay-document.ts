/**
 * A replay: what makes one failing run again, and what is expected of it. Seed, plan and overrides of choices by key; everything
 * else is drawn again.
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

/** What a replay is expected to come to. */
export interface ExpectedFailure {
  readonly verdict: Failure['verdict'];
  /** Null for a failure that is no violation of a property. */
  readonly property: string | null;
  readonly signature: string;
}

export interface FailureSummary {
  readonly property: string | null;
  readonly risk: string | null;
  readonly subject: string | null;
  /** For a person; never compared. */
  readonly text: string;
  readonly step: number;
  readonly atMs: number;
}

export interface Replay {
  /** Six hexadecimal digits, from the content that decides what runs and what is expected. */
  readonly id: string;
  /** The scenario's file, relative to the folder of the package.json, with forward slashes. */
  readonly scenario: string;
  /** Null when the failure was found on the clean code. */
  readonly variant: string | null;
  /** Of system, scenario and simulator. */
  readonly codeHash: string;
  /** Major version of Node. */
  readonly node: number;
  readonly plan: Plan;
  readonly choices: ChoiceOverrides;
  /** Only when the run was held to fewer steps than usual. */
  readonly stepsMax?: number | undefined;
  readonly expected: {
    readonly onVariant: ExpectedFailure;
    /** On the clean code nothing fails; for a failure that was found there, once it is repaired. */
    readonly onUnmodified: 'none';
  };
  /** Empty for a run that never came back from a step. */
  readonly digest: string;
  readonly violation: FailureSummary;
  /** Version of seedstorm. */
  readonly savedWith: string;
}
