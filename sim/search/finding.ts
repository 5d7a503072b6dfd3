/**
 * What a campaign hands over of the failures of one signature: the smallest of them.
 */
import type { ChoiceOverrides } from '../kernel/draws.ts';
import type { RunRecord } from '../kernel/record.ts';
import type { Seed } from '../kernel/seed.ts';
import type { Plan } from '../plan/plan.ts';
import type { Failure } from '../run/run-verdict.ts';
import type { Difference } from './first-difference.ts';
import type { ShrinkReport, Sizes } from './job.ts';

export interface Finding {
  readonly seed: Seed;
  /** As the seed gave it. */
  readonly original: Failure;
  /** As the smallest plan gives it. */
  readonly failure: Failure;
  readonly plan: Plan;
  /** What its choices are replaced by. */
  readonly choices: ChoiceOverrides;
  readonly digest: string;
  readonly codeHash: string;
  readonly records: readonly RunRecord[];
  readonly shrunk: Pick<ShrinkReport, 'before' | 'after' | 'runs' | 'wallMs'> | null;
  /** Of how many replays of the smallest plan, how many gave the same digest. */
  readonly replayed: { readonly same: number; readonly of: number };
  /** Of two runs of one seed, the first record that differs. */
  readonly difference?: Difference | null;
  /** Packages that, evaluated anew for each process, make the runs the same. */
  readonly statefulPackages?: readonly string[];
  /** True when a larger one of the same signature was handed over before: this one takes its place. */
  readonly replaces?: boolean;
}

/** Whether nothing but the seed decided. An escape was stopped, but would have let something else decide. */
export function isSteady({ failure, replayed }: Finding): boolean {
  return replayed.same === replayed.of && failure.verdict !== 'escape' && failure.verdict !== 'nondeterminism';
}

/** Sizes of choices count only among equals: who does what when is read first. */
export function isSmaller(left: Sizes, right: Sizes): boolean {
  const [one, other] = [left, right].map(({ operations, faults }) => operations + faults) as [number, number];
  return one === other ? left.choices < right.choices : one < other;
}
