/** The list of records with its diagram, and the names of the lanes above them. */
import { Palette } from './drawing/colours.ts';
import { Diagram } from './drawing/diagram.ts';
import { element } from './element.ts';
import { type LaneLayout, layoutOf } from './drawing/lane-layout.ts';
import { type Lane, lanesOf, placeOf } from './run/lanes.ts';
import { RecordList, type Window } from './record-list.ts';
import type { View } from './view.ts';

/** The part of the width that lanes may take. */
const LANES_SHARE = 0.36;
const LANES_SHARE_BESIDE = 0.2;

/** Names of narrower lanes are written from top to bottom. */
const UPRIGHT_MIN = 58;

export class Timeline {
  readonly root: HTMLElement;
  readonly list: RecordList;
  readonly #view: View;
  readonly #heads = element('div', { class: 'lane-heads', 'aria-hidden': 'true' });
  readonly #diagram: Diagram;
  readonly #palette: Palette;
  #window: Window = { from: 0, until: 0 };
  #lanes: readonly Lane[] = [];
  #layout: LaneLayout = layoutOf([], 0, new Set());
  #frame = 0;

  constructor(view: View) {
    this.#view = view;
    this.#diagram = new Diagram(view);
    this.#palette = new Palette(() => this.#drawSoon());
    this.list = new RecordList(view, (window) => {
      this.#window = window;
      this.#drawSoon();
    });
    this.list.root.prepend(this.#diagram.canvas);
    this.root = element('section', { class: 'timeline', 'aria-label': 'Timeline' }, this.#heads, this.list.root);
    this.#findLanes();
    view.listen((change) => {
      if (change !== 'selection') this.#findLanes();
      this.#place();
    });
    new ResizeObserver(() => this.#place()).observe(this.root);
  }

  /** To be called once it is in the document. */
  start(): void {
    // The names of the lanes take height from the list.
    this.#place();
    this.list.start();
  }

  /** The lanes that the rows need. */
  #findLanes(): void {
    const { model, matching } = this.#view;
    const cone = model.coneOf(model.start);
    const involved = new Set<string>();
    for (const item of cone.items) for (const name of model.namesOf(item)) involved.add(name);
    const items = [...matching].flatMap((item) => model.items[item] ?? []);
    this.#lanes = lanesOf(items, (name) => involved.has(name));
  }

  #place(): void {
    const { model, selected } = this.#view;
    const share = this.#view.others === null ? LANES_SHARE : LANES_SHARE_BESIDE;
    const layout = layoutOf(this.#lanes, this.root.clientWidth * share, new Set(model.namesOf(selected)));
    this.root.classList.toggle('is-beside', this.#view.others !== null);
    this.root.style.setProperty('--lanes-width', `${layout.width + 8}px`);
    const isChanged = layout.width !== this.#layout.width || !areSame(layout.lanes, this.#layout.lanes);
    this.#layout = layout;
    if (isChanged) this.#renderHeads();
    else this.#markHeads();
    this.#drawSoon();
  }

  #renderHeads(): void {
    const { lanes, laneWidth, hidden, xOf } = this.#layout;
    const isUpright = laneWidth >= UPRIGHT_MIN;
    this.#heads.classList.toggle('is-upright', isUpright);
    const heads = lanes.map(({ name, kind }) => {
      const head = element('span', { class: `lane-head lane-${kind}`, title: name, 'data-lane': name }, name);
      head.style.left = `${(xOf.get(name) ?? 0) - laneWidth / 2}px`;
      head.style.width = `${laneWidth}px`;
      return head;
    });
    const more = hidden === 0 ? [] : [element('span', { class: 'lane-more' }, `+${hidden} lanes`)];
    this.#heads.replaceChildren(...heads, ...more);
    this.#markHeads();
  }

  #markHeads(): void {
    const { model, selected } = this.#view;
    const item = model.items[selected];
    const place = item === undefined ? null : placeOf(item);
    for (const head of this.#heads.querySelectorAll<HTMLElement>('.lane-head')) {
      const { lane } = head.dataset;
      head.classList.toggle('is-selected', lane !== undefined && (lane === place?.at || lane === place?.from));
    }
  }

  #drawSoon(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#diagram.draw(this.#window, this.#layout, this.#palette.colours));
  }
}

function areSame(left: readonly Lane[], right: readonly Lane[]): boolean {
  return left.length === right.length && left.every(({ name }, index) => name === right[index]?.name);
}
