/**
 * What a campaign reports for the failures of one signature: the smallest of them.
 */
import type { ChoiceOverrides } from '../kernel/draws.ts';
import type { CausesOf } from '../kernel/causes.ts';
import type { RunRecord } from '../kernel/record.ts';
import type { PlaceOfRecord } from '../kernel/record-code.ts';
import type { Seed } from '../kernel/seed.ts';
import type { Plan } from '../plan/plan.ts';
import type { Failure } from '../run/run-verdict.ts';
import type { Difference } from './first-difference.ts';
import type { ShrinkReport, Sizes } from './job.ts';

export interface Finding {
  readonly seed: Seed;
  /** The failure of the seed's own plan. */
  readonly original: Failure;
  /** The failure of the smallest plan. */
  readonly failure: Failure;
  readonly plan: Plan;
  /** Overrides of the plan's choices, by key. */
  readonly choices: ChoiceOverrides;
  readonly digest: string;
  readonly codeHash: string;
  readonly records: readonly RunRecord[];
  /** Places in the code that the records name. */
  readonly places: readonly PlaceOfRecord[];
  /** For each record, the positions of those that caused it. */
  readonly causes: readonly CausesOf[];
  readonly shrunk: Pick<ShrinkReport, 'before' | 'after' | 'runs' | 'wallMs'> | null;
  /**
   * `of`: number of replays of the smallest plan. `same`: how many of them have the same digest.
   */
  readonly replayed: { readonly same: number; readonly of: number };
  /**
   * A change with which the run passes, such as `when the reply of get seats takes less time`. Null
   * if none was found, or none was looked for.
   */
  readonly holds?: string | null | undefined;
  /** The first record that differs between two runs of the seed. Only of nondeterminism. */
  readonly difference?: Difference | null | undefined;
  /** True when this finding replaces a larger one of the same signature. */
  readonly replaces?: boolean | undefined;
}

/**
 * Whether the seed alone decided. An escape was stopped, but would have let something else decide.
 */
export function isSteady({ failure, replayed }: Finding): boolean {
  return replayed.same === replayed.of && failure.verdict !== 'escape' && failure.verdict !== 'nondeterminism';
}

/**
 * Compares operations and faults. The number of choices decides only between equals, since a reader
 * looks at it last.
 */
export function isSmaller(left: Sizes, right: Sizes): boolean {
  const sizeLeft = left.operations + left.faults;
  const sizeRight = right.operations + right.faults;
  return sizeLeft === sizeRight ? left.choices < right.choices : sizeLeft < sizeRight;
}
