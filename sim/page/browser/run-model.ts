/** One run as the page shows it. Texts of lines are made when they are first needed. */
import { lineContextOf } from '../../report/line-context.ts';
import type { LineContext } from '../../report/line-context.ts';
import { type RecordLine, recordLine } from '../../report/record-line.ts';
import type { RunRecord } from '../../kernel/record.ts';
import type { PageRun } from '../page-data.ts';
import { type Item, itemsOf, namesOfItem } from './items.ts';
import { type Messages, messagesOf } from './messages.ts';

const LINE_LENGTH = 240;

export class RunModel {
  readonly run: PageRun;
  readonly items: readonly Item[];
  /** The number of each record; of output, that of the record before it. */
  readonly numbers: Int32Array;
  /** The items that caused each one. */
  readonly causes: readonly (readonly number[])[];
  /** With which the run failed; the first is the one at which the page opens. */
  readonly roots: readonly number[];
  readonly messages: Messages;
  /** The place in the code by item. */
  readonly places: ReadonlyMap<number, string>;
  readonly #context: LineContext;
  readonly #lines: RecordLine[] = [];
  readonly #texts: string[] = [];
  #effects: readonly (readonly number[])[] | null = null;

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

  /** The items that an item has caused. */
  effectsOf(index: number): readonly number[] {
    if (this.#effects === null) {
      const effects: number[][] = this.items.map(() => []);
      for (const [item, causes] of this.causes.entries()) for (const cause of causes) effects[cause]?.push(item);
      this.#effects = effects;
    }
    return this.#effects[index] ?? [];
  }

  /** What led to an item, itself included: 1 for each such item. At the failure, to all roots. */
  coneOf(index: number): Uint8Array {
    const cone = new Uint8Array(this.items.length);
    const open = index === this.start ? [...this.roots, index] : [index];
    for (const item of open) cone[item] = 1;
    for (let item = open.pop(); item !== undefined; item = open.pop()) {
      for (const cause of this.causes[item] ?? []) {
        if (cone[cause] === 1) continue;
        cone[cause] = 1;
        open.push(cause);
      }
    }
    return cone;
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
