import type { Price } from '../ports.ts';

// A reader with a longer queue fails, because it would only return outdated prices.
const queuedMax = 256;

/** The prices that one reader of a feed has not read. */
export class PriceQueue {
  #prices: Price[] = [];
  #outcome: 'ended' | Error | null = null;
  #wake = (): void => undefined;

  push(price: Price): void {
    if (this.#prices.length >= queuedMax) this.fail('prices arrive faster than they are read');
    else {
      this.#prices.push(price);
      this.#wake();
    }
  }

  fail(reason: string): void {
    this.#outcome ??= new Error(reason);
    this.#wake();
  }

  end(): void {
    this.#outcome = 'ended';
    this.#wake();
  }

  /** The next price, or null at the end. Throws if the source failed, after the queued prices. */
  async next(): Promise<Price | null> {
    for (;;) {
      const price = this.#prices.shift();
      if (price !== undefined) return price;
      if (this.#outcome === 'ended') return null;
      if (this.#outcome !== null) throw this.#outcome;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
