/**
 * Where two runs that should be one part ways.
 */
import type { RunRecord } from '../kernel/record.ts';

export interface Difference {
  readonly index: number;
  /** Null where one run was over already. */
  readonly left: RunRecord | null;
  readonly right: RunRecord | null;
  /** What both runs have just before it, oldest first. */
  readonly before: readonly RunRecord[];
  /** What comes just after it, in each of them. */
  readonly afterLeft: readonly RunRecord[];
  readonly afterRight: readonly RunRecord[];
}

/** So many neighbours on each side. */
const NEIGHBOURS = 3;

/** The first record in which they differ, with its neighbours; null when there is none. */
export function firstDifference(left: readonly RunRecord[], right: readonly RunRecord[]): Difference | null {
  const length = Math.max(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const [one, other] = [left[index] ?? null, right[index] ?? null];
    if (JSON.stringify(one) === JSON.stringify(other)) continue;
    const [afterLeft, afterRight] = [left, right].map((side) => side.slice(index + 1, index + 1 + NEIGHBOURS));
    return {
      index,
      left: one,
      right: other,
      before: left.slice(Math.max(0, index - NEIGHBOURS), index),
      afterLeft: afterLeft ?? [],
      afterRight: afterRight ?? [],
    };
  }
  return null;
}

/** Whose doing a record is, as far as that can be seen: a frame that differs was made by its sender, whether it is sent or arrives. */
export function whoOf(record: RunRecord): string {
  switch (record.type) {
    case 'operation':
      return record.actor;
    case 'frame':
      return record.direction === 'up' ? record.client : record.node;
    case 'fault':
      return record.id;
    default:
      return record.node;
  }
}
