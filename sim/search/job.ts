/**
 * What is asked of a worker, and what it answers. Plain data, since it crosses threads.
 */
import type { ChoiceOverrides } from '../kernel/draws.ts';
import type { RunRecord } from '../kernel/record.ts';
import type { Seed } from '../kernel/seed.ts';
import type { PlanSizes } from '../plan/arbitrary.ts';
import type { Plan } from '../plan/plan.ts';
import type { Failure } from '../run/verdict.ts';

/** Runs one plan: a given one, or the plan of a seed. */
export interface RunJob {
  readonly kind: 'run';
  readonly seed: Seed;
  readonly plan?: Plan;
  readonly sizes?: PlanSizes;
  readonly choices?: ChoiceOverrides;
  /** Answer with all records, and with the names of functions in them. */
  readonly detailed?: boolean;
  /** Evaluate the system's modules for each life, whatever the scenario says of their state. */
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
  readonly faults: Readonly<Record<string, number>>;
  readonly checked: Readonly<Record<string, number>>;
  readonly marks: Readonly<Record<string, number>>;
  readonly failure: Failure | null;
  /** When it failed or was detailed. */
  readonly plan?: Plan;
  /** When detailed. */
  readonly records?: readonly RunRecord[];
}

export interface ShrinkReport {
  readonly kind: 'shrink';
  readonly plan: Plan;
  readonly before: { readonly operations: number; readonly faults: number };
  readonly after: { readonly operations: number; readonly faults: number };
  /** Candidates that were run. */
  readonly runs: number;
  readonly wallMs: number;
}

export type Report = RunReport | ShrinkReport;
