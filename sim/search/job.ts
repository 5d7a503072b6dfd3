/**
 * Jobs and their reports. Both are data without functions or classes, since they cross threads.
 */
import type { ChoiceOverrides } from '../kernel/draws.ts';
import type { CausesOf } from '../kernel/causes.ts';
import type { RunRecord } from '../kernel/record.ts';
import type { Seed } from '../kernel/seed.ts';
import type { PlanSizes } from '../plan/arbitrary.ts';
import type { Plan } from '../plan/plan.ts';
import type { Future } from '../run/execute-run.ts';
import type { Failure } from '../run/run-verdict.ts';
import type { Uses } from '../run/use-counts.ts';
import type { PathOfRecord, PlaceOfRecord, TextOfRecord } from '../kernel/record-code.ts';
import type { Printed } from '../kernel/recorder.ts';

/** Runs one plan: the plan given, or else the plan that the seed generates. */
export interface RunJob {
  readonly kind: 'run';
  readonly seed: Seed;
  readonly plan?: Plan | undefined;
  /** Sizes of a generated plan. Ignored when `plan` is given. */
  readonly sizes?: PlanSizes | undefined;
  readonly choices?: ChoiceOverrides | undefined;
  /** Report all records, with the names of functions, and all choices of the world. */
  readonly detailed?: boolean | undefined;
  /** Evaluate the system's modules for each process, even for a scenario marked `stateless`. */
  readonly freshModules?: boolean | undefined;
  /** Evaluate all packages anew before the run: no earlier run has left anything in them. */
  readonly freshPackages?: boolean | undefined;
  readonly stepsMax?: number | undefined;
  /** From this step on, all choices are drawn from another seed. */
  readonly future?: Future | undefined;
  /**
   * Run it twice in the same worker, after the seeds listed here have run in between. The second
   * run evaluates the system's modules for each process.
   */
  readonly repeatAfter?: readonly Seed[] | undefined;
  /**
   * With `repeatAfter`: repeat it up to this many times, until a run has another digest or takes
   * another number of random values. By default once.
   */
  readonly repetitions?: number | undefined;
}

/** Makes a failing plan smaller, as long as it fails with the same signature. */
export interface ShrinkJob {
  readonly kind: 'shrink';
  readonly plan: Plan;
  readonly choices?: ChoiceOverrides | undefined;
  readonly signature: string;
  /** Virtual time of the failure. A smaller plan that has not failed soon after it is stopped. */
  readonly failedAtMs: number;
  /** Real time. */
  readonly budgetMs: number;
  readonly stepsMax?: number | undefined;
}

export type Job = RunJob | ShrinkJob;

/** The report of each kind of job. */
export interface JobReports {
  readonly run: RunReport;
  readonly shrink: ShrinkReport;
}

export type JobKind = keyof JobReports;

/** The job of one kind. The compiler infers the kind from the second half of the intersection. */
export type JobOf<Kind extends JobKind> = Extract<Job, { readonly kind: Kind }> & { readonly kind: Kind };

export interface RunReport {
  readonly kind: 'run';
  readonly seed: Seed;
  readonly digest: string;
  readonly codeHash: string;
  readonly steps: number;
  readonly virtualMs: number;
  readonly operations: number;
  /**
   * Number of random values that systems and clients took. State of packages may change it in runs
   * of equal digests.
   */
  readonly randomValues: number;
  /** What the actors did with the system. */
  readonly uses: Uses;
  readonly faults: Readonly<Record<string, number>>;
  readonly checked: Readonly<Record<string, number>>;
  readonly marks: Readonly<Record<string, number>>;
  readonly failure: Failure | null;
  /** Only of a run that failed or was detailed. */
  readonly plan?: Plan | undefined;
  /** Only when detailed. */
  readonly records?: readonly RunRecord[] | undefined;
  /** Only when detailed: console output. */
  readonly printed?: readonly Printed[] | undefined;
  /** Only when detailed: places in the code that records name. */
  readonly places?: readonly PlaceOfRecord[] | undefined;
  /** Only when detailed: the code that wrote records. */
  readonly paths?: readonly PathOfRecord[] | undefined;
  /** Only when detailed: what commands said and were answered. */
  readonly texts?: readonly TextOfRecord[] | undefined;
  /** Only when detailed: for each record, the positions of those that caused it. */
  readonly causes?: readonly CausesOf[] | undefined;
  /** Only when detailed: choices of the world by key, in the order in which they were made. */
  readonly choices?: ChoiceOverrides | undefined;
  /** Only of a job with `repeatAfter`: the last repetition. */
  readonly again?: RunReport | undefined;
}

/** Sizes of a plan and its choices, by which failures are compared. */
export interface Sizes {
  readonly operations: number;
  readonly faults: number;
  /**
   * For a minimal plan the number of overridden choices, else the number of choices that its run
   * makes.
   */
  readonly choices: number;
}

export interface ShrinkReport {
  readonly kind: 'shrink';
  readonly plan: Plan;
  /** Overrides of the plan's choices: those of the job, or fewer. */
  readonly choices: ChoiceOverrides;
  readonly before: Sizes;
  readonly after: Sizes;
  /** Number of candidates that were run. */
  readonly runs: number;
  /** Real time. */
  readonly wallMs: number;
}

export type Report = RunReport | ShrinkReport;
