/**
 * The list of items: one row each, and elements only for the rows in view. It is a listbox whose
 * focus stays on the list while the selected option moves.
 */
import { element } from './element.ts';
import { seconds } from './times.ts';
import type { View } from './view.ts';

export const ROW_HEIGHT = 24;

/** Number of rows above and below the view that have elements, too. */
const MARGIN = 12;

/** Number of rows to keep between the selected one and the edge of the view. */
const NEAR_EDGE = 3;

/** The rows that have elements. `until` is not among them. */
export interface Window {
  readonly from: number;
  readonly until: number;
}

export class RecordList {
  readonly #view: View;
  readonly #scroller: HTMLElement;
  readonly #content: HTMLElement;
  readonly #empty: HTMLElement;
  readonly #onWindow: (window: Window) => void;
  #window: Window = { from: 0, until: 0 };
  #options: readonly HTMLElement[] = [];

  /** `onWindow` is called when other rows get elements, or the same ones change. */
  constructor(view: View, onWindow: (window: Window) => void) {
    this.#view = view;
    this.#onWindow = onWindow;
    this.#content = element('div', {
      class: 'rows',
      role: 'listbox',
      tabindex: 0,
      'aria-label': 'Records',
      'aria-describedby': 'keys-hint',
    });
    this.#empty = element('p', { class: 'empty', hidden: true }, 'No record matches the filter.');
    this.#scroller = element('div', { class: 'scroller' }, this.#empty, this.#content);
    this.#scroller.addEventListener('scroll', () => this.#render(false), { passive: true });
    this.#content.addEventListener('click', (event) => this.#onClick(event));
    new ResizeObserver(() => this.#onResize()).observe(this.#scroller);
    view.listen((change) => {
      if (change === 'selection') {
        this.#reveal('nearest');
        this.#render(false);
        this.#mark();
        return;
      }
      this.#reveal('center');
      this.#render(true);
    });
  }

  get root(): HTMLElement {
    return this.#scroller;
  }

  get content(): HTMLElement {
    return this.#content;
  }

  /** To be called once the list is in the document. */
  start(): void {
    this.#render(true);
    this.#reveal('center');
    this.#render(true);
    this.focus();
  }

  focus(): void {
    this.#content.focus({ preventScroll: true });
  }

  /** Number of rows that fit into the view. */
  get pageSize(): number {
    return Math.max(1, Math.floor(this.#scroller.clientHeight / ROW_HEIGHT) - 1);
  }

  /** The selected row stays in view. */
  #onResize(): void {
    const { rows, selected } = this.#view;
    const row = this.#view.rowOf(selected);
    const isNear = rows[row] === selected && row >= this.#window.from && row < this.#window.until;
    if (isNear) this.#reveal('nearest');
    this.#render(true);
  }

  #onClick(event: MouseEvent): void {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-item]') : null;
    if (row !== null) this.#view.select(Number(row.dataset['item']));
  }

  #reveal(where: 'nearest' | 'center'): void {
    const { clientHeight: height, scrollTop } = this.#scroller;
    const top = this.#view.rowOf(this.#view.selected) * ROW_HEIGHT;
    const edge = NEAR_EDGE * ROW_HEIGHT;
    const isInView = top >= scrollTop + edge && top + ROW_HEIGHT <= scrollTop + height - edge;
    if (where === 'nearest' && isInView) return;
    this.#content.style.height = `${this.#view.rows.length * ROW_HEIGHT}px`;
    const isFar = top < scrollTop - height || top > scrollTop + 2 * height;
    if (where === 'center' || isFar) this.#scroller.scrollTop = top - (height - ROW_HEIGHT) / 2;
    else this.#scroller.scrollTop = top < scrollTop + edge ? top - edge : top + ROW_HEIGHT + edge - height;
  }

  #render(isChanged: boolean): void {
    const { rows } = this.#view;
    const { clientHeight, scrollTop } = this.#scroller;
    const first = Math.floor(scrollTop / ROW_HEIGHT);
    const last = Math.ceil((scrollTop + clientHeight) / ROW_HEIGHT);
    const isCovered =
      first >= this.#window.from && Math.min(last, rows.length) <= this.#window.until && this.#window.until > 0;
    if (!isChanged && isCovered) return;
    const from = Math.max(0, first - MARGIN);
    const until = Math.min(rows.length, last + MARGIN);
    this.#window = { from, until };
    this.#content.style.height = `${rows.length * ROW_HEIGHT}px`;
    this.#empty.hidden = rows.length > 0;
    const options = Array.from({ length: Math.max(0, until - from) }, (_, offset) => this.#rowAt(from + offset));
    for (const old of this.#content.querySelectorAll('[role=option]')) old.remove();
    this.#content.append(...options);
    this.#options = options;
    this.#mark();
  }

  /** Marks the selected row, and what led to it. */
  #mark(): void {
    const { rows, selected } = this.#view;
    for (const [offset, option] of this.#options.entries()) {
      const row = this.#window.from + offset;
      option.className = ['row', ...this.#classesOf(row)].join(' ');
      option.setAttribute('aria-selected', String(rows[row] === selected));
    }
    const hasElement = this.#options.some(({ id }) => id === `item-${selected}`);
    if (hasElement) this.#content.setAttribute('aria-activedescendant', `item-${selected}`);
    else this.#content.removeAttribute('aria-activedescendant');
    this.#onWindow(this.#window);
  }

  #rowAt(row: number): HTMLElement {
    const { rows, others } = this.#view;
    const item = rows[row] ?? -1;
    const made = element(
      'div',
      {
        role: 'option',
        id: item < 0 ? `row-${row}` : `item-${item}`,
        'data-item': item < 0 ? null : item,
        'aria-posinset': row + 1,
        'aria-setsize': rows.length,
      },
      ...(item < 0 ? [element('span', { class: 'gap' })] : this.#cellsOf(item)),
      others === null ? null : this.#otherCell(row),
    );
    made.style.top = `${row * ROW_HEIGHT}px`;
    return made;
  }

  #classesOf(row: number): readonly string[] {
    const { model, rows, cone } = this.#view;
    const item = rows[row] ?? -1;
    if (item < 0) {
      const hasEnded = row > this.#view.rowOf(this.#view.matching.at(-1) ?? 0);
      return ['is-passing-only', ...(hasEnded ? ['is-after-end'] : [])];
    }
    return [
      `kind-${model.items[item]?.type}`,
      ...(model.lineOf(item).marked ? ['is-fault'] : []),
      ...(cone.has[item] === 1 ? ['is-cause'] : []),
      ...(model.run.hasFailed && item === model.start ? ['is-failure'] : []),
      ...(this.#view.isDifferent(row) ? ['is-failing-only'] : []),
    ];
  }

  #cellsOf(item: number): readonly HTMLElement[] {
    const { model } = this.#view;
    const { step, atMs, who, what } = model.lineOf(item);
    const kind = model.items[item]?.type ?? 'output';
    return [
      element('span', { class: 'number' }, kind === 'output' ? '' : String(model.numbers[item])),
      element('span', { class: 'step' }, String(step)),
      element('span', { class: 'time' }, seconds(atMs)),
      element('span', { class: 'kind' }, kind),
      element('span', { class: 'who' }, who),
      element('span', { class: 'what' }, what),
    ];
  }

  /** The same record in the passing run, or the record that only the passing run has. */
  #otherCell(row: number): HTMLElement {
    const { others, passing } = this.#view;
    const item = others?.[row] ?? -1;
    if (item < 0 || passing === null) return element('span', { class: 'other' });
    const { atMs, who, what } = passing.lineOf(item);
    return element(
      'span',
      { class: 'other' },
      element('span', { class: 'time' }, seconds(atMs)),
      element('span', { class: 'who' }, who),
      element('span', { class: 'what' }, what),
    );
  }
}
