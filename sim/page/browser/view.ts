/**
 * What the page shows: the run, the selected item and the filter. Parts of the page listen to it.
 */
import type { PageData, RunName } from '../page-data.ts';
import { filtered } from './filter.ts';
import { type Cone, RunModel } from './run-model.ts';

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
  #model: RunModel;
  #filter = '';
  #problem: string | null = null;
  /** The items of the rows, ascending. */
  #rows: Int32Array = new Int32Array();
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

  get rows(): Int32Array {
    return this.#rows;
  }

  /** An item. It has no row if the filter hides it. */
  get selected(): number {
    return this.#selected;
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

  select(item: number): void {
    if (item < 0 || item >= this.#model.items.length || item === this.#selected) return;
    this.#selected = item;
    this.#applySelection();
    this.#tell('selection');
  }

  /** The row of an item, or of the next one that has a row. */
  rowOf(item: number): number {
    let [low, high] = [0, this.#rows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#rows[middle] ?? 0) < item) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #applyFilter(): void {
    const { items, problem } = filtered(this.#model, this.#filter);
    this.#rows = items;
    this.#problem = problem;
  }

  #applySelection(): void {
    this.#cone = this.#model.coneOf(this.#selected);
  }

  #tell(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }
}
