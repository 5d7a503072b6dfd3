import type { Price } from './ports.ts';

/**
 * The last prices of one symbol: consecutive numbers of one epoch, oldest first.
 */
export class PriceHistory {
  readonly #pricesMax: number;
  #prices: Price[] = [];

  /** @param pricesMax number of prices that are kept, at least 1 */
  constructor(pricesMax: number) {
    this.#pricesMax = pricesMax;
  }

  get newest(): Price | null {
    return this.#prices.at(-1) ?? null;
  }

  /**
   * Adds the next price of the feed. `next`: it follows the newest one. `gap`: prices between are
   * missing or the epoch is another one, so it replaces all. `old`: it is known, and changes
   * nothing. The first price of an epoch follows an empty history.
   */
  add(price: Price): 'next' | 'gap' | 'old' {
    const { newest } = this;
    const { epoch = price.epoch, sequence = 0 } = newest ?? {};
    if (price.epoch === epoch && price.sequence <= sequence) return 'old';
    const isNext = price.epoch === epoch && price.sequence === sequence + 1;
    if (!isNext) this.#prices = [];
    this.#prices.push(price);
    if (this.#prices.length > this.#pricesMax) this.#prices.shift();
    return isNext ? 'next' : 'gap';
  }

  /** All prices after a position, oldest first, or null if one of them may be missing here. */
  since({ epoch, sequence }: Pick<Price, 'epoch' | 'sequence'>): readonly Price[] | null {
    const [oldest] = this.#prices;
    const { newest } = this;
    if (oldest === undefined || newest?.epoch !== epoch) return null;
    if (sequence < oldest.sequence - 1 || sequence > newest.sequence) return null;
    return this.#prices.slice(sequence - oldest.sequence + 1);
  }
}
