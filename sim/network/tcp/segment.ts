/** What travels on a TCP connection: segments of bursts, and markers behind them. */
import type { Parcel } from '../lane.ts';

/** One segment of a burst. A slow reader reads it in parts. */
export class Segment implements Parcel {
  readonly bytes: number;
  readonly #content: Buffer;
  /** Offsets at which a slow reader stops, ascending. */
  readonly #stops: () => readonly number[];
  /** Called for each part; `isRest`: with it, the whole segment has arrived. */
  readonly #arrive: (bytes: Buffer, isRest: boolean) => void;
  #start = 0;
  #partsLeft: number[] | null = null;

  constructor(content: Buffer, stops: () => readonly number[], arrive: (bytes: Buffer, isRest: boolean) => void) {
    this.bytes = content.length;
    this.#content = content;
    this.#stops = stops;
    this.#arrive = arrive;
  }

  deliver(): void {
    this.#arrive(this.#content.subarray(this.#start), true);
  }

  deliverPart(): boolean {
    this.#partsLeft ??= [...this.#stops()];
    const stop = this.#partsLeft.shift();
    if (stop === undefined) return false;
    const part = this.#content.subarray(this.#start, stop);
    this.#start = stop;
    this.#arrive(part, false);
    return true;
  }

  lost(): void {
    // Nothing waits for a segment.
  }
}

/** Something that happens to the receiver behind the bytes that were sent before. */
export class Marker implements Parcel {
  readonly bytes = 0;
  readonly deliver: () => void;

  constructor(deliver: () => void) {
    this.deliver = deliver;
  }

  lost(): void {
    // The connection has ended in another way.
  }
}
