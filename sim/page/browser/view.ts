/**
 * What the page shows: the run, the selected item and the filter. Parts of the page listen to it.
 */
import type { PageData, RunName } from '../page-data.ts';
import { aligned } from './run/alignment.ts';
import { filtered } from './run/filter.ts';
import { type Cone, RunModel } from './run/run-model.ts';

export interface Shown {
  readonly run: RunName;
  /** The name of the selected item. */
  readonly item: string;
  readonly filter: string;
}

/** `run`: everything else changed, too. */
export type Change = 'run' | 'filter' | 'selection';

export class View {
  readonly data: PageData;
  readonly #models = new Map<RunName, RunModel>();
  readonly #listeners: ((change: Change) => void)[] = [];
  readonly #beforeJump: (() => void)[] = [];
  #model: RunModel;
  #filter = '';
  #problem: string | null = null;
  #matching: Int32Array = new Int32Array();
  #rows: Int32Array = new Int32Array();
  #others: Int32Array | null = null;
  /** The row of each item, or of the next one that has a row. */
  #rowOf: Int32Array = new Int32Array();
  /** At first only where there is room for both. */
  #isBeside = matchMedia('(min-width: 700px)').matches;
  #selected = 0;
  #cone: Cone = { has: new Uint8Array(), items: [] };

  constructor(data: PageData) {
    this.data = data;
    this.#model = this.modelOf(data.runs[0]?.name ?? 'replay');
    this.#selected = this.#model.start;
    this.#applyFilter();
    this.#applySelection();
  }

  get model(): RunModel {
    return this.#model;
  }

  get filter(): string {
    return this.#filter;
  }

  /** What is wrong with the filter, or null. */
  get problem(): string | null {
    return this.#problem;
  }

  /** The items that match the filter, ascending. */
  get matching(): Int32Array {
    return this.#matching;
  }

  /** The item of each row; -1 if only the passing run has one. */
  get rows(): Int32Array {
    return this.#rows;
  }

  /** The item of the passing run in each row, -1 for none; null unless it is shown beside. */
  get others(): Int32Array | null {
    return this.#others;
  }

  /** The run that can be shown beside this one. */
  get passing(): RunModel | null {
    const isReplay = this.#model.run.name === 'replay';
    return isReplay && this.data.runs.some(({ name }) => name === 'passing') ? this.modelOf('passing') : null;
  }

  /** Whether only one of both runs has this row. */
  isDifferent(row: number): boolean {
    return this.#others !== null && ((this.#rows[row] ?? -1) < 0 || (this.#others[row] ?? -1) < 0);
  }

  setBeside(isBeside: boolean): void {
    this.#isBeside = isBeside;
    this.#applyFilter();
    this.#tell('filter');
  }

  /** An item. It has no row if the filter hides it. */
  get selected(): number {
    return this.#selected;
  }

  /** Whether the filter hides the selected item. */
  get isHidden(): boolean {
    return this.#rows[this.rowOf(this.#selected)] !== this.#selected;
  }

  /** What led to the selected item. */
  get cone(): Cone {
    return this.#cone;
  }

  get shown(): Shown {
    return { run: this.#model.run.name, item: this.#model.idOf(this.#selected), filter: this.#filter };
  }

  modelOf(name: RunName): RunModel {
    const known = this.#models.get(name);
    if (known !== undefined) return known;
    const run = this.data.runs.find((candidate) => candidate.name === name) ?? this.data.runs[0];
    if (run === undefined) throw new Error('the page has no run');
    const model = new RunModel(run);
    this.#models.set(name, model);
    return model;
  }

  listen(listener: (change: Change) => void): void {
    this.#listeners.push(listener);
  }

  /** Shows what a link names. What it does not name, or names wrongly, has its first value. */
  show({ run, item, filter }: Partial<Shown>): void {
    const name = this.data.runs.find((candidate) => candidate.name === run)?.name ?? this.data.runs[0]?.name;
    this.#model = this.modelOf(name ?? 'replay');
    this.#filter = filter ?? '';
    this.#selected = (item === undefined ? null : this.#model.itemOf(item)) ?? this.#model.start;
    this.#applyFilter();
    this.#applySelection();
    this.#tell('run');
  }

  showRun(run: RunName): void {
    this.show({ run, filter: this.#filter });
  }

  setFilter(filter: string): void {
    this.#filter = filter;
    this.#applyFilter();
    this.#tell('filter');
  }

  /** `listener` is called before the selection moves to another place of the run. */
  listenToJumps(listener: () => void): void {
    this.#beforeJump.push(listener);
  }

  /** Selects an item that is not a neighbour, so that the browser can go back. */
  jump(item: number): void {
    for (const listener of this.#beforeJump) listener();
    this.select(item);
  }

  select(item: number): void {
    if (item < 0 || item >= this.#model.items.length || item === this.#selected) return;
    this.#selected = item;
    this.#applySelection();
    this.#tell('selection');
  }

  /** The row of an item, or of the next one that has a row. */
  rowOf(item: number): number {
    return this.#rowOf[item] ?? this.#rows.length;
  }

  #applyFilter(): void {
    const { items, problem } = filtered(this.#model, this.#filter);
    const passing = this.#isBeside ? this.passing : null;
    this.#problem = problem;
    this.#matching = items;
    if (passing === null) [this.#rows, this.#others] = [items, null];
    else {
      const others = filtered(passing, this.#filter).items;
      const model = this.#model;
      const rows = aligned(
        items,
        others,
        (item) => model.textOf(item),
        (item) => passing.textOf(item),
      );
      [this.#rows, this.#others] = [rows.left, rows.right];
    }
    this.#rowOf = rowsOf(this.#rows, this.#model.items.length);
  }

  #applySelection(): void {
    this.#cone = this.#model.coneOf(this.#selected);
  }

  #tell(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }
}

function rowsOf(rows: Int32Array, count: number): Int32Array {
  const rowOf = new Int32Array(count);
  let next = 0;
  for (const [row, item] of rows.entries()) for (; next <= item; next += 1) rowOf[next] = row;
  return rowOf.fill(rows.length, next);
}
