/**
 * The whole run over virtual time: number of records, faults, the violation and the selected
 * record. A click selects the record that is nearest in time.
 */
import { resized } from './canvas.ts';
import { Palette } from './colours.ts';
import { element } from '../element.ts';
import type { RunModel } from '../run/run-model.ts';
import { type FaultSpan, faultSpans } from '../run/spans.ts';
import { seconds } from '../times.ts';
import type { View } from '../view.ts';

const HEIGHT = 46;
const BARS_TOP = 14;
const BAR_WIDTH = 3;
const TICKS = 8;

interface Bars {
  readonly rows: Int32Array;
  readonly width: number;
  readonly counts: Uint32Array;
  readonly most: number;
}

export class Overview {
  readonly root: HTMLElement;
  readonly #canvas: HTMLCanvasElement;
  readonly #view: View;
  readonly #palette: Palette;
  #faults: { readonly model: RunModel; readonly spans: readonly FaultSpan[] } | null = null;
  #known: Bars | null = null;
  #frame = 0;

  constructor(view: View) {
    this.#view = view;
    this.#palette = new Palette(() => this.#drawSoon());
    this.#canvas = element('canvas', { 'aria-hidden': 'true' });
    this.root = element('div', { class: 'overview', title: 'The whole run. Click to go there.' }, this.#canvas);
    this.root.addEventListener('click', (event) => this.#onClick(event));
    view.listen(() => this.#drawSoon());
    new ResizeObserver(() => this.#drawSoon()).observe(this.root);
  }

  get #endMs(): number {
    return Math.max(1, this.#view.model.items.at(-1)?.atMs ?? 1);
  }

  #onClick({ clientX }: MouseEvent): void {
    const { left, width } = this.root.getBoundingClientRect();
    const atMs = ((clientX - left) / Math.max(1, width)) * this.#endMs;
    const { matching: rows, model } = this.#view;
    const timeOf = (row: number): number => model.items[rows[row] ?? 0]?.atMs ?? 0;
    let [low, high] = [0, Math.max(0, rows.length - 1)];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (timeOf(middle) < atMs) low = middle + 1;
      else high = middle;
    }
    const isNearerBefore = low > 0 && atMs - timeOf(low - 1) < timeOf(low) - atMs;
    const item = rows[isNearerBefore ? low - 1 : low];
    if (item !== undefined) this.#view.jump(item);
  }

  #drawSoon(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    const width = this.root.clientWidth;
    const context = width === 0 ? null : resized(this.#canvas, width, HEIGHT);
    if (context === null) return;
    const { model, selected, cone } = this.#view;
    const { colours } = this.#palette;
    const xOf = (item: number): number => ((model.items[item]?.atMs ?? 0) / this.#endMs) * (width - 2) + 1;
    const barOf = (item: number): number => Math.floor(xOf(item) / BAR_WIDTH);
    context.fillStyle = colours.band;
    for (const { from, until } of this.#faultSpans())
      context.fillRect(xOf(from), BARS_TOP, Math.max(2, xOf(until) - xOf(from)), HEIGHT - BARS_TOP);
    this.#drawTimes(context, width);
    const { counts, most } = this.#bars(width, barOf);
    const drawBar = (bar: number): void => {
      const height = Math.max(2, Math.sqrt((counts[bar] ?? 0) / most) * (HEIGHT - BARS_TOP - 2));
      context.fillRect(bar * BAR_WIDTH, HEIGHT - height, BAR_WIDTH - 1, height);
    };
    context.fillStyle = colours.muted;
    context.globalAlpha = 0.6;
    for (const [bar, count] of counts.entries()) if (count > 0) drawBar(bar);
    context.globalAlpha = 1;
    context.fillStyle = colours['cause-edge'];
    for (const bar of new Set(cone.items.map(barOf))) drawBar(bar);
    if (model.run.hasFailed) {
      context.fillStyle = colours.bad;
      context.fillRect(xOf(model.start) - 1, BARS_TOP, 2, HEIGHT);
    }
    context.fillStyle = colours.accent;
    const x = xOf(selected);
    context.fillRect(x - 1, BARS_TOP - 4, 2, HEIGHT);
    context.beginPath();
    context.moveTo(x - 4, BARS_TOP - 5);
    context.lineTo(x + 4, BARS_TOP - 5);
    context.lineTo(x, BARS_TOP + 1);
    context.fill();
  }

  /** Number of rows in each bar. Kept, because a step does not change it. */
  #bars(width: number, barOf: (item: number) => number): Bars {
    const { matching: rows } = this.#view;
    if (this.#known?.rows !== rows || this.#known.width !== width) {
      const counts = new Uint32Array(Math.ceil(width / BAR_WIDTH) + 1);
      for (const item of rows) {
        const bar = barOf(item);
        counts[bar] = (counts[bar] ?? 0) + 1;
      }
      const most = counts.reduce((left, right) => Math.max(left, right), 1);
      this.#known = { rows, width, counts, most };
    }
    return this.#known;
  }

  #drawTimes(context: CanvasRenderingContext2D, width: number): void {
    context.fillStyle = this.#palette.colours.muted;
    context.font = '10px system-ui, sans-serif';
    context.textBaseline = 'top';
    const stepMs = roundStep(this.#endMs / TICKS);
    for (let atMs = 0; atMs < this.#endMs; atMs += stepMs) {
      const x = (atMs / this.#endMs) * (width - 2) + 1;
      const text = `${Number(seconds(atMs))} s`;
      if (x + 4 + context.measureText(text).width < width) context.fillText(text, x + 3, 1);
      context.fillRect(x, 0, 1, 6);
    }
  }

  #faultSpans(): readonly FaultSpan[] {
    const { model } = this.#view;
    if (this.#faults?.model !== model) this.#faults = { model, spans: faultSpans(model.items) };
    return this.#faults.spans;
  }
}

/** 1, 2 or 5 times a power of ten, at least the number. */
function roundStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(atLeast));
  return ([1, 2, 5].find((factor) => factor * power >= atLeast) ?? 10) * power;
}
