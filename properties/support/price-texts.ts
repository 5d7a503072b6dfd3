/**
 * Parses frames of type `price`, with a cache. Most frames are prices, and each text is sent to
 * many clients.
 */
export interface ParsedPrice {
  readonly symbol: string;
  readonly epoch: string;
  readonly sequence: number;
  readonly skipped: number;
  /** See `positionOf`. */
  readonly position: number;
}

/** More than are in flight at any time. */
const KEPT_MAX = 256;

/** More than an epoch of a run has. */
const EPOCH_SIZE = 1_000_000;

const START = '{"type":"price","symbol":"';

export class PriceTexts {
  readonly #parsed = new Map<string, ParsedPrice>();
  readonly #epochs = new Map<string, number>();

  /** Null for a frame of another type. */
  read(text: string): ParsedPrice | null {
    if (!text.startsWith(START)) return null;
    let parsed = this.#parsed.get(text);
    if (parsed === undefined) {
      parsed = this.#parse(text);
      if (this.#parsed.size >= KEPT_MAX) this.#parsed.clear();
      this.#parsed.set(text, parsed);
    }
    return parsed;
  }

  /** Grows with the sequence, and with each new epoch. */
  positionOf(epoch: string, sequence: number): number {
    let number = this.#epochs.get(epoch);
    if (number === undefined) this.#epochs.set(epoch, (number = this.#epochs.size));
    return number * EPOCH_SIZE + sequence;
  }

  /** Reads fields at their places, which is faster than JSON.parse. */
  #parse(text: string): ParsedPrice {
    const symbol = text.slice(START.length, text.indexOf('"', START.length));
    const epochAt = text.indexOf('"epoch":"') + 9;
    const epoch = text.slice(epochAt, text.indexOf('"', epochAt));
    const sequence = numberAfter(text, '"sequence":', epochAt);
    const skipped = numberAfter(text, '"skipped":', epochAt);
    return { symbol, epoch, sequence, skipped, position: this.positionOf(epoch, sequence) };
  }
}

/** The sequence in a position. */
export function sequenceIn(position: number): number {
  return position % EPOCH_SIZE;
}

function numberAfter(text: string, name: string, from: number): number {
  const at = text.indexOf(name, from) + name.length;
  return Number.parseInt(text.slice(at, at + 12), 10);
}
