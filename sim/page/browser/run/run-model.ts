/** One run as the page shows it. Texts of lines are made when they are first needed. */
import { lineContextOf } from '../../../report/line-context.ts';
import type { LineContext } from '../../../report/line-context.ts';
import { type RecordLine, recordLine } from '../../../report/record-line.ts';
import type { RunRecord } from '../../../kernel/record.ts';
import type { PageChange, PageRun } from '../../page-data.ts';
import { type Item, itemsOf, namesOfItem } from './items.ts';
import { type Messages, messagesOf } from './messages.ts';

const LINE_LENGTH = 240;

/** A set of items. */
export interface Cone {
  /** 1 for each item in it. */
  readonly has: Uint8Array;
  /** The nearest causes first. */
  readonly items: readonly number[];
}

/** The effects of item n are `items` from `starts[n]` up to `starts[n + 1]`. */
interface Effects {
  readonly starts: Int32Array;
  readonly items: Int32Array;
}

export class RunModel {
  readonly run: PageRun;
  readonly items: readonly Item[];
  /** The number of each record; of output, that of the record before it. */
  readonly numbers: Int32Array;
  /** The items that caused each one. */
  readonly causes: readonly (readonly number[])[];
  /** With which the run failed; the first is the one at which the page opens. */
  readonly roots: readonly number[];
  /** What led to the failure; null if all that led to the roots did. */
  readonly #led: readonly number[] | null;
  readonly messages: Messages;
  /** The place in the code by item. */
  readonly places: ReadonlyMap<number, string>;
  readonly #context: LineContext;
  readonly #lines: RecordLine[] = [];
  readonly #texts: string[] = [];
  #effects: Effects | null = null;
  #changes: ReadonlyMap<number, readonly PageChange[]> | null = null;

  constructor(run: PageRun) {
    const { items, numbers, itemOfPosition } = itemsOf(run);
    const itemAt = (position: number): number => itemOfPosition[position] ?? 0;
    this.run = run;
    this.items = items;
    this.numbers = numbers;
    const causes: (readonly number[])[] = items.map(() => []);
    for (const [position, distances] of run.causes.entries())
      causes[itemAt(position)] = distances.map((distance) => itemAt(position - distance));
    this.causes = causes;
    this.roots = run.roots.map(itemAt);
    this.#led = run.led?.map(itemAt) ?? null;
    this.messages = messagesOf(items, causes);
    this.places = new Map(run.places.map(([position, place]) => [itemAt(position), place]));
    const records = items.filter((item): item is RunRecord => item.type !== 'output');
    const placeOf = new Map([...this.places].map(([item, place]) => [items[item] as RunRecord, place]));
    this.#context = { ...lineContextOf(records), placeOf };
  }

  /** The item at which the page opens: the failure, or the end of the run. */
  get start(): number {
    return this.roots[0] ?? Math.max(0, this.items.length - 1);
  }

  /** What a step changed in the state of the system; null if the state was not read. */
  changesIn(step: number): readonly PageChange[] | null {
    if (this.run.changes === undefined) return null;
    this.#changes ??= byStep(this.run.changes);
    return this.#changes.get(step) ?? [];
  }

  /** The line of an item, as in a trace. */
  lineOf(index: number): RecordLine {
    const item = this.items[index];
    if (item === undefined) throw new RangeError(`the run has no item ${index}`);
    this.#lines[index] ??= this.#lineFrom(item, LINE_LENGTH);
    return this.#lines[index];
  }

  /** The whole text of an item. */
  wholeLineOf(index: number): RecordLine {
    return this.#lineFrom(this.items[index] as Item, Infinity);
  }

  /** What a search finds, in lower case. */
  textOf(index: number): string {
    const { who, what } = this.lineOf(index);
    this.#texts[index] ??= `${who} ${what}`.toLowerCase();
    return this.#texts[index];
  }

  /** The items that an item has caused, ascending. */
  effectsOf(index: number): readonly number[] {
    this.#effects ??= effectsIn(this.causes);
    const { starts, items } = this.#effects;
    return [...items.subarray(starts[index], starts[index + 1])];
  }

  /** What led to an item, itself included. At the failure: what `--why` lists. */
  coneOf(index: number): Cone {
    const has = new Uint8Array(this.items.length);
    const isFailure = index === this.start && this.#led !== null;
    const items = [...new Set(isFailure ? [index, ...(this.#led ?? [])] : [index])];
    for (const item of items) has[item] = 1;
    if (isFailure) return { has, items };
    for (let next = 0; next < items.length; next += 1) {
      for (const cause of this.causes[items[next] ?? 0] ?? []) {
        if (has[cause] === 1) continue;
        has[cause] = 1;
        items.push(cause);
      }
    }
    return { has, items };
  }

  /** A name for links: the number of a record, or `98.2` for the second output after record 98. */
  idOf(index: number): string {
    let after = 0;
    while (this.items[index - after]?.type === 'output') after += 1;
    const number = this.numbers[index] ?? 0;
    return after === 0 ? String(number) : `${number}.${after}`;
  }

  /** The item with that name; of a record that was cut, the next one. Null if it is not a name. */
  itemOf(id: string): number | null {
    const [, number = '', after = '0'] = /^(\d{1,9})(?:\.(\d{1,6}))?$/.exec(id) ?? [];
    if (number === '' || this.items.length === 0) return null;
    let [low, high] = [0, this.items.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.numbers[middle] ?? 0) < Number(number)) low = middle + 1;
      else high = middle;
    }
    // Output before the first record follows no item.
    const first = number === '0' ? low - 1 : low;
    return Math.max(0, Math.min(first + Number(after), this.items.length - 1));
  }

  namesOf(index: number): readonly string[] {
    const item = this.items[index];
    return item === undefined ? [] : namesOfItem(item);
  }

  #lineFrom(item: Item, length: number): RecordLine {
    if (item.type !== 'output') return recordLine(item, length, this.#context);
    const { step, atMs, who, text } = item;
    return { marked: false, step, atMs, who, what: text };
  }
}

function effectsIn(causes: readonly (readonly number[])[]): Effects {
  const starts = new Int32Array(causes.length + 1);
  for (const ofItem of causes) for (const cause of ofItem) starts[cause + 1] = (starts[cause + 1] ?? 0) + 1;
  for (let item = 0; item < causes.length; item += 1) starts[item + 1] = (starts[item + 1] ?? 0) + (starts[item] ?? 0);
  const items = new Int32Array(starts[causes.length] ?? 0);
  const next = starts.slice();
  for (const [item, ofItem] of causes.entries()) {
    for (const cause of ofItem) {
      const place = next[cause] ?? 0;
      items[place] = item;
      next[cause] = place + 1;
    }
  }
  return { starts, items };
}

function byStep(changes: readonly PageChange[]): ReadonlyMap<number, readonly PageChange[]> {
  const steps = new Map<number, PageChange[]>();
  for (const change of changes) {
    const [step] = change;
    const own = steps.get(step) ?? [];
    if (own.length === 0) steps.set(step, own);
    own.push(change);
  }
  return steps;
}
