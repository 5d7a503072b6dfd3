/**
 * What frames of type `price` say. Most frames are prices, and each text is sent to many and arrives at many: it is read once for all of them.
 */
export interface PriceRead {
  readonly symbol: string;
  readonly sequence: number;
}

/** More than are under way at any time. */
const KEPT_MAX = 256;

export class PriceTexts {
  readonly #read = new Map<string, PriceRead>();

  /** Null for a frame of another type. */
  read(text: string): PriceRead | null {
    if (!text.startsWith('{"type":"price"')) return null;
    let read = this.#read.get(text);
    if (read === undefined) {
      read = parse(text);
      if (this.#read.size >= KEPT_MAX) this.#read.clear();
      this.#read.set(text, read);
    }
    return read;
  }
}

/** Without the cost of parsing all of it. */
function parse(text: string): PriceRead {
  const symbol = text.slice(26, text.indexOf('"', 26));
  const at = text.indexOf('"sequence":') + 11;
  return { symbol, sequence: Number.parseInt(text.slice(at, at + 12), 10) };
}
