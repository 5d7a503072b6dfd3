/**
 * The first difference between two runs that should be the same.
 */
import type { RunRecord } from '../kernel/record.ts';

export interface Difference {
  /** Position of the record, counted from 0. */
  readonly index: number;
  /** Null when the run ended before this record. */
  readonly left: RunRecord | null;
  readonly right: RunRecord | null;
  /** The records just before it, common to both runs, oldest first. */
  readonly before: readonly RunRecord[];
  /** The records just after it, in each run. */
  readonly afterLeft: readonly RunRecord[];
  readonly afterRight: readonly RunRecord[];
}

/** Number of records that are kept before and after a difference. */
const NEIGHBOURS = 3;

/** The first record that differs, with its neighbours. Null when all records are the same. */
export function firstDifference(left: readonly RunRecord[], right: readonly RunRecord[]): Difference | null {
  const length = Math.max(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const [leftRecord, rightRecord] = [left[index] ?? null, right[index] ?? null];
    if (JSON.stringify(leftRecord) === JSON.stringify(rightRecord)) continue;
    const [afterLeft, afterRight] = [left, right].map((side) => side.slice(index + 1, index + 1 + NEIGHBOURS));
    return {
      index,
      left: leftRecord,
      right: rightRecord,
      before: left.slice(Math.max(0, index - NEIGHBOURS), index),
      afterLeft: afterLeft ?? [],
      afterRight: afterRight ?? [],
    };
  }
  return null;
}

/**
 * The actor, client, node or fault that caused a record. A frame is caused by its sender, also when
 * it is delivered.
 */
export function whoOf(record: RunRecord): string {
  switch (record.type) {
    case 'operation':
      return record.actor;
    case 'frame':
    case 'http':
      return record.direction === 'up' ? record.client : record.node;
    case 'fault':
      return record.id;
    default:
      return record.node;
  }
}
