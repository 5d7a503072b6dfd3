/**
 * The diagram beside the list: lanes from top to bottom, a dot for each item in its row, an arrow
 * for each message, and bands for faults. Only the rows that have elements are drawn.
 */
import { resized } from './canvas.ts';
import type { Colours } from './colours.ts';
import { element } from '../element.ts';
import { GUTTER, type LaneLayout } from './lane-layout.ts';
import { placeOf } from '../run/lanes.ts';
import { ROW_HEIGHT, type Window } from '../record-list.ts';
import type { RunModel } from '../run/run-model.ts';
import { type FaultSpan, faultSpans, liveSpans, type Span } from '../run/spans.ts';
import type { View } from '../view.ts';

/** Number of rows from which on an arrow may cross a whole window. */
const LONG_ROWS = 40;

/** Where lanes are that do not fit, and what concerns all of them. */
const HIDDEN_X = GUTTER / 2;

/** In pixels. */
const NAME_EVERY = 16 * ROW_HEIGHT;
const ARROW = 6;
const CROSS = 4;

interface Prepared {
  readonly model: RunModel;
  readonly faults: readonly FaultSpan[];
  readonly lives: readonly Span[];
}

export class Diagram {
  readonly canvas = element('canvas', { class: 'diagram', 'aria-hidden': 'true' });
  readonly #view: View;
  #prepared: Prepared | null = null;
  /** The ends of long messages, as items, for these rows. */
  #long: { readonly rows: Int32Array; readonly items: readonly number[] } | null = null;

  constructor(view: View) {
    this.#view = view;
  }

  draw(window: Window, layout: LaneLayout, colours: Colours): void {
    const { from, until } = window;
    const { canvas } = this;
    const context = resized(canvas, layout.width, (until - from) * ROW_HEIGHT);
    canvas.style.top = `${from * ROW_HEIGHT}px`;
    canvas.hidden = layout.width === 0 || until <= from;
    if (context === null || canvas.hidden) return;
    const pen = new Pen(context, this.#view, window, layout, colours);
    const { faults, lives } = this.#prepare();
    for (const span of faults) pen.band(span);
    pen.lanes(lives);
    for (const span of faults) pen.bandName(span);
    const { rows, model } = this.#view;
    const { startOf, endOf } = model.messages;
    for (const end of this.#longMessages()) {
      const row = this.#view.rowOf(end);
      if (row >= until && this.#view.rowOf(startOf[end] ?? 0) < from) pen.message(end);
    }
    for (let row = from; row < until; row += 1) {
      const item = rows[row] ?? 0;
      const end = endOf[item] ?? -1;
      if (end >= 0 && this.#view.rowOf(end) >= until) pen.message(end);
      pen.message(item);
    }
    for (let row = from; row < until; row += 1) pen.item(row);
  }

  #prepare(): Prepared {
    const { model } = this.#view;
    if (this.#prepared?.model !== model)
      this.#prepared = { model, faults: faultSpans(model.items), lives: liveSpans(model.items) };
    return this.#prepared;
  }

  #longMessages(): readonly number[] {
    const { rows, model } = this.#view;
    if (this.#long?.rows !== rows) {
      const items = [...rows].filter((item) => {
        const start = model.messages.startOf[item] ?? -1;
        return start >= 0 && item - start > LONG_ROWS && this.#view.rowOf(item) - this.#view.rowOf(start) > LONG_ROWS;
      });
      this.#long = { rows, items };
    }
    return this.#long.items;
  }
}

/** Draws into one window. */
class Pen {
  readonly #context: CanvasRenderingContext2D;
  readonly #view: View;
  readonly #window: Window;
  readonly #layout: LaneLayout;
  readonly #colours: Colours;

  constructor(context: CanvasRenderingContext2D, view: View, window: Window, layout: LaneLayout, colours: Colours) {
    this.#context = context;
    this.#view = view;
    this.#window = window;
    this.#layout = layout;
    this.#colours = colours;
    context.lineCap = 'round';
    context.font = '10px system-ui, sans-serif';
  }

  /** A fault covers its lane, or all of them. */
  band(span: FaultSpan): void {
    const place = this.#bandPlace(span);
    if (place === null) return;
    const context = this.#context;
    const height = place.bottom - place.top;
    context.fillStyle = this.#colours.band;
    context.fillRect(place.x, place.top, place.width, height);
    if (span.lane !== '') return;
    context.globalAlpha = 0.3;
    context.fillRect(place.x + place.width, place.top, this.#layout.width - place.width, height);
    context.globalAlpha = 1;
  }

  /** At the beginning of a band, and again at intervals. */
  bandName(span: FaultSpan): void {
    const place = this.#bandPlace(span);
    if (place === null) return;
    const context = this.#context;
    const length = context.measureText(span.kind).width + 12;
    context.fillStyle = this.#colours.fault;
    context.textBaseline = 'middle';
    for (let top = place.top; top + length <= place.bottom; top += NAME_EVERY) {
      context.save();
      context.translate(place.left, top + 6);
      context.rotate(Math.PI / 2);
      context.fillText(span.kind, 0, 0);
      context.restore();
    }
  }

  lanes(lives: readonly Span[]): void {
    const context = this.#context;
    const height = this.#y(this.#window.until);
    context.lineWidth = 1;
    context.strokeStyle = this.#colours.border;
    context.setLineDash([2, 4]);
    for (const x of this.#layout.xOf.values()) this.#line(x, 0, x, height);
    context.setLineDash([]);
    for (const { lane, from, until } of lives) {
      const x = this.#layout.xOf.get(lane);
      if (x === undefined) continue;
      context.strokeStyle = this.#colours.muted;
      context.lineWidth = 2;
      context.globalAlpha = 0.55;
      this.#line(x, this.#y(this.#view.rowOf(from)), x, this.#y(this.#view.rowOf(until)));
      context.globalAlpha = 1;
    }
    const redis = this.#layout.lanes.find(({ kind }) => kind === 'redis');
    const x = redis === undefined ? undefined : this.#layout.xOf.get(redis.name);
    if (x !== undefined) this.#line(x, 0, x, height);
  }

  /** The arrow of the message that the item ends. */
  message(end: number): void {
    const { model, cone, rows } = this.#view;
    const item = model.items[end];
    if (item === undefined) return;
    const start = model.messages.startOf[end] ?? -1;
    const place = placeOf(item);
    const { xOf } = this.#layout;
    const startItem = model.items[start];
    // A lost reply began at Redis.
    const from = startItem === undefined ? place.from : placeOf(startItem).at;
    const isReply = place.isLost === true && item.type === 'command' && from === place.at;
    const to = isReply ? item.node : place.at;
    if (from === undefined || from === to) return;
    const [x1, x2] = [xOf.get(from) ?? HIDDEN_X, xOf.get(to) ?? HIDDEN_X];
    if (x1 === x2) return;
    const row = this.#view.rowOf(end);
    const startRow = start < 0 ? row : this.#view.rowOf(start);
    const isStartShown = rows[startRow] === start;
    const [y1, y2] = [this.#y(isStartShown ? startRow : row), this.#y(row)];
    const isCause = cone.has[end] === 1 && (start < 0 || cone.has[start] === 1);
    const context = this.#context;
    context.globalAlpha = isCause ? 1 : 0.5;
    context.lineWidth = isCause ? 2 : 1;
    context.strokeStyle = place.isLost === true ? this.#colours.bad : this.#colours[item.type];
    if (place.isLost === true) this.#lost(x1, y1, (x1 + x2) / 2, y2);
    else this.#arrow(x1, y1, x2, y2);
    context.globalAlpha = 1;
  }

  /** The dot of an item. Faults and phases that concern all lanes are a line. */
  item(row: number): void {
    const { rows, model, selected, cone } = this.#view;
    const index = rows[row] ?? 0;
    const item = model.items[index];
    if (item === undefined) return;
    const context = this.#context;
    const y = this.#y(row);
    const lane = placeOf(item).at;
    const isPhase = item.type === 'fault' && item.id === 'run';
    const colour = isPhase ? this.#colours.muted : this.#colours[item.type];
    if (lane === '') {
      context.strokeStyle = colour;
      context.lineWidth = 1;
      context.setLineDash([5, 4]);
      this.#line(4, y, this.#layout.width - 4, y);
      context.setLineDash([]);
    }
    const x = lane === '' ? HIDDEN_X : (this.#layout.xOf.get(lane) ?? HIDDEN_X);
    const isFailure = model.run.hasFailed && index === model.start;
    context.beginPath();
    if (item.type === 'fault') this.#diamond(x, y, 5);
    else context.arc(x, y, cone.has[index] === 1 ? 4 : 3, 0, 2 * Math.PI);
    context.fillStyle = isFailure ? this.#colours.bad : colour;
    if (lane === '' || this.#layout.xOf.has(lane)) context.fill();
    else this.#outline(colour);
    if (index !== selected && !isFailure) return;
    context.beginPath();
    context.arc(x, y, 7.5, 0, 2 * Math.PI);
    context.lineWidth = 2;
    context.strokeStyle = index === selected ? this.#colours.accent : this.#colours.bad;
    context.stroke();
  }

  #outline(colour: string): void {
    this.#context.lineWidth = 1.5;
    this.#context.strokeStyle = colour;
    this.#context.stroke();
  }

  #bandPlace({ lane, from, until }: FaultSpan) {
    const [first, last] = [this.#view.rowOf(from), this.#view.rowOf(until)];
    if (last < this.#window.from || first >= this.#window.until) return null;
    const [top, bottom] = [this.#y(first), this.#y(last)];
    const { laneWidth, xOf } = this.#layout;
    if (lane === '') return { x: 0, width: GUTTER - 2, left: GUTTER / 2, top, bottom };
    const x = xOf.get(lane);
    if (x === undefined) return null;
    return { x: x - laneWidth / 2, width: laneWidth, left: x - laneWidth / 2 + 7, top, bottom };
  }

  /** The middle of a row. */
  #y(row: number): number {
    return (row - this.#window.from + 0.5) * ROW_HEIGHT;
  }

  #line(x1: number, y1: number, x2: number, y2: number): void {
    this.#context.beginPath();
    this.#context.moveTo(x1, y1);
    this.#context.lineTo(x2, y2);
    this.#context.stroke();
  }

  #arrow(x1: number, y1: number, x2: number, y2: number): void {
    // The tip is at the edge of the dot.
    const angle = Math.atan2(y2 - y1, x2 - x1);
    const [x, y] = [x2 - 4 * Math.cos(angle), y2 - 4 * Math.sin(angle)];
    this.#line(x1, y1, x, y);
    for (const side of [0.45, -0.45])
      this.#line(x, y, x - ARROW * Math.cos(angle + side), y - ARROW * Math.sin(angle + side));
  }

  #lost(x1: number, y1: number, x: number, y: number): void {
    this.#line(x1, y1, x, y);
    this.#context.lineWidth = 2;
    this.#line(x - CROSS, y - CROSS, x + CROSS, y + CROSS);
    this.#line(x - CROSS, y + CROSS, x + CROSS, y - CROSS);
  }

  #diamond(x: number, y: number, size: number): void {
    const context = this.#context;
    context.moveTo(x, y - size);
    context.lineTo(x + size, y);
    context.lineTo(x, y + size);
    context.lineTo(x - size, y);
    context.closePath();
  }
}
