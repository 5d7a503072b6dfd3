/**
 * What is asked of a worker, and what it answers. Plain data, since it crosses threads.
 */
import type { ChoiceOverrides } from '../kernel/draws.ts';
import type { RunRecord } from '../kernel/record.ts';
import type { Seed } from '../kernel/seed.ts';
import type { PlanSizes } from '../plan/arbitrary.ts';
import type { Plan } from '../plan/plan.ts';
import type { Failure } from '../run/run-verdict.ts';
import type { Uses } from '../run/use-counts.ts';
import type { Printed } from '../kernel/recorder.ts';

/** Runs one plan: a given one, or the plan of a seed. */
export interface RunJob {
  readonly kind: 'run';
  readonly seed: Seed;
  readonly plan?: Plan;
  readonly sizes?: PlanSizes;
  readonly choices?: ChoiceOverrides;
  /** Answer with all records, with the names of functions in them, and with all choices of the world. */
  readonly detailed?: boolean;
  /** Evaluate the system's modules for each process, whatever the scenario says of their state. */
  readonly freshModules?: boolean;
  readonly stepsMax?: number;
}

/** Makes a failing plan smaller while its failure keeps its signature. */
export interface ShrinkJob {
  readonly kind: 'shrink';
  readonly plan: Plan;
  readonly choices?: ChoiceOverrides;
  readonly signature: string;
  /** Virtual time of the failure: smaller plans fail about then, and are not run for ever. */
  readonly failedAtMs: number;
  readonly budgetMs: number;
  readonly stepsMax?: number;
}

export type Job = RunJob | ShrinkJob;

export interface RunReport {
  readonly kind: 'run';
  readonly seed: Seed;
  readonly digest: string;
  readonly codeHash: string;
  readonly steps: number;
  readonly virtualMs: number;
  readonly operations: number;
  /** What the actors did with the system. */
  readonly uses: Uses;
  readonly faults: Readonly<Record<string, number>>;
  readonly checked: Readonly<Record<string, number>>;
  readonly marks: Readonly<Record<string, number>>;
  readonly failure: Failure | null;
  /** When it failed or was detailed. */
  readonly plan?: Plan;
  /** When detailed. */
  readonly records?: readonly RunRecord[];
  /** When detailed: what was written to the console. */
  readonly printed?: readonly Printed[];
  /** When detailed: the choices of the world by key, in the order in which they were made. */
  readonly choices?: ChoiceOverrides;
}

/** What is counted of a plan and its choices. */
export interface Sizes {
  readonly operations: number;
  readonly faults: number;
  /** Choices of the world that are not plain: those named where everything else is, else all that the run makes. */
  readonly choices: number;
}

export interface ShrinkReport {
  readonly kind: 'shrink';
  readonly plan: Plan;
  /** What the plan's choices are replaced by, as before or fewer. */
  readonly choices: ChoiceOverrides;
  readonly before: Sizes;
  readonly after: Sizes;
  /** Candidates that were run. */
  readonly runs: number;
  readonly wallMs: number;
}

export type Report = RunReport | ShrinkReport;
