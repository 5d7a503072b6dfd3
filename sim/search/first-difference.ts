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

/** How a record is compared. */
type TextOf = (record: RunRecord | null) => string;

/**
 * The first record that differs, with its neighbours. Null when all records are the same.
 * `exceptIds`: random ids may differ, if each occurs in the same places.
 */
export function firstDifference(
  left: readonly RunRecord[],
  right: readonly RunRecord[],
  { exceptIds = false } = {},
): Difference | null {
  const length = Math.max(left.length, right.length);
  const [textOfLeft, textOfRight]: [TextOf, TextOf] = exceptIds
    ? [numberingIds(), numberingIds()]
    : [JSON.stringify, JSON.stringify];
  for (let index = 0; index < length; index += 1) {
    const [leftRecord, rightRecord] = [left[index] ?? null, right[index] ?? null];
    if (textOfLeft(leftRecord) === textOfRight(rightRecord)) continue;
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

/** Longer words, in which letters and digits are mixed, are random ids. */
const LONG_WORD = /[\w-]{16,}/g;

/** A run's ids are replaced by the order in which they occur first. */
function numberingIds(): TextOf {
  const numbers = new Map<string, string>();
  return (record) =>
    JSON.stringify(record).replace(LONG_WORD, (word) => {
      if (!/[a-z]\d/i.test(word) || !/\d[a-z]/i.test(word)) return word;
      const number = numbers.get(word) ?? `id ${numbers.size + 1}`;
      numbers.set(word, number);
      return number;
    });
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
