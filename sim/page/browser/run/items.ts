/** The items of a run: its records, and the console output between them. */
import type { RunRecord } from '../../../kernel/record.ts';
import { namesOf } from '../../../kernel/selection.ts';
import type { PageRun } from '../../page-data.ts';
import { unpackRecords } from '../../packed-records.ts';

/** A text that a process or an actor has printed. */
export interface Output {
  readonly type: 'output';
  readonly step: number;
  readonly atMs: number;
  readonly who: string;
  readonly text: string;
}

export type Item = RunRecord | Output;
export type ItemKind = Item['type'];

/** The name of the lane of Redis. */
export const REDIS = 'redis';

export interface Items {
  readonly items: readonly Item[];
  /** The number of the record in its run, counted from 1. For output that of the record before. */
  readonly numbers: Int32Array;
  /** The item of each record of the file. */
  readonly itemOfPosition: Int32Array;
}

export function itemsOf({ records: packed, numbers, printed }: PageRun): Items {
  const records = unpackRecords(packed);
  const items: Item[] = [];
  const itemOfPosition = new Int32Array(records.length);
  const itemNumbers = new Int32Array(records.length + printed.length);
  let next = 0;
  let number = 0;
  const printUpTo = (position: number): void => {
    for (let output = printed[next]; output !== undefined && output.after <= position; output = printed[next]) {
      next += 1;
      const { step, atMs, who, text } = output;
      itemNumbers[items.length] = number;
      items.push({ type: 'output', step, atMs, who, text });
    }
  };
  for (const [position, record] of records.entries()) {
    printUpTo(position);
    number = numbers?.[position] ?? position + 1;
    itemOfPosition[position] = items.length;
    itemNumbers[items.length] = number;
    items.push(record);
  }
  printUpTo(Infinity);
  return { items, numbers: itemNumbers, itemOfPosition };
}

/** The lanes that an item concerns; none: all of them. */
export function namesOfItem(item: Item): readonly string[] {
  if (item.type === 'output') return [item.who.split('.', 1)[0] ?? ''];
  return namesOf(item);
}
