/**
 * Where two runs that should be one part ways.
 */
import type { RunRecord } from '../kernel/record.ts';

export interface Difference {
  readonly index: number;
  /** Null where one run was over already. */
  readonly left: RunRecord | null;
  readonly right: RunRecord | null;
}

/** The first record in which they differ; null when there is none. */
export function firstDifference(left: readonly RunRecord[], right: readonly RunRecord[]): Difference | null {
  const length = Math.max(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const [one, other] = [left[index] ?? null, right[index] ?? null];
    if (JSON.stringify(one) !== JSON.stringify(other)) return { index, left: one, right: other };
  }
  return null;
}
