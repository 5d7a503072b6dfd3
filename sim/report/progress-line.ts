/**
 * The progress of a campaign: on a terminal one line that is overwritten, elsewhere one line every
 * 30 s.
 */
import type { Totals } from '../search/totals.ts';
import { counted, duration, roughly, whole } from './numbers.ts';
import { eventsPerSecond } from './summary.ts';

/** The part of a stream that is needed. */
export interface ProgressStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

export const REDRAW_EVERY_MS = 100;
export const LINE_EVERY_MS = 30_000;

const ERASE_LINE = '\r\x1b[2K';
const COLUMNS_UNKNOWN = 80;

export class ProgressLine {
  readonly #stream: ProgressStream;
  readonly #nowMs: () => number;
  #shownAtMs: number;
  #isDrawn = false;

  /** On a stream that is not a terminal the first line comes after one interval. */
  constructor(stream: ProgressStream, nowMs: () => number) {
    this.#stream = stream;
    this.#nowMs = nowMs;
    this.#shownAtMs = stream.isTTY === true ? Number.NEGATIVE_INFINITY : nowMs();
  }

  /** Writes `text` if the interval has passed. */
  show(text: () => string): void {
    const nowMs = this.#nowMs();
    const isTerminal = this.#stream.isTTY === true;
    if (nowMs - this.#shownAtMs < (isTerminal ? REDRAW_EVERY_MS : LINE_EVERY_MS)) return;
    this.#shownAtMs = nowMs;
    if (!isTerminal) {
      this.#stream.write(`${text()}\n`);
      return;
    }
    // A wrapped line can't be erased by overwriting it. Some terminals report 0 columns.
    const width = (this.#stream.columns || COLUMNS_UNKNOWN) - 1;
    this.#stream.write(`${ERASE_LINE}${text().slice(0, Math.max(0, width))}`);
    this.#isDrawn = true;
  }

  /** Erases the line before other output; the next `show` draws it again at once. */
  clear(): void {
    if (!this.#isDrawn) return;
    this.#isDrawn = false;
    this.#shownAtMs = Number.NEGATIVE_INFINITY;
    this.#stream.write(ERASE_LINE);
  }
}

export function progressText(totals: Totals, elapsedMs: number): string {
  const { seeds, events, virtualMs, failures } = totals;
  const speed = whole(eventsPerSecond({ events, wallMs: elapsedMs }));
  const found = failures.size === 0 ? 'no failure' : counted(failures.size, 'failure');
  return [
    duration(elapsedMs),
    counted(seeds, 'seed'),
    `${roughly(events)} events`,
    `${speed} events/s`,
    `${duration(virtualMs)} simulated`,
    found,
  ].join('  ');
}
