/**
 * Parses frames of type `price`, with a cache. Most frames are prices, and each text is sent to
 * many clients.
 */
export interface ParsedPrice {
  readonly symbol: string;
  readonly sequence: number;
}

/** More than are in flight at any time. */
const KEPT_MAX = 256;

export class PriceTexts {
  readonly #parsed = new Map<string, ParsedPrice>();

  /** Null for a frame of another type. */
  read(text: string): ParsedPrice | null {
    if (!text.startsWith('{"type":"price"')) return null;
    let parsed = this.#parsed.get(text);
    if (parsed === undefined) {
      parsed = parse(text);
      if (this.#parsed.size >= KEPT_MAX) this.#parsed.clear();
      this.#parsed.set(text, parsed);
    }
    return parsed;
  }
}

/** Reads two fields at fixed places, which is faster than JSON.parse. */
function parse(text: string): ParsedPrice {
  const symbol = text.slice(26, text.indexOf('"', 26));
  const at = text.indexOf('"sequence":') + 11;
  return { symbol, sequence: Number.parseInt(text.slice(at, at + 12), 10) };
}
