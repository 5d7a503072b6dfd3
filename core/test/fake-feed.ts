import type { Price, PriceFeed } from '../ports.ts';

/** A feed whose prices the test publishes. */
export class FakeFeed implements PriceFeed {
  readonly symbols = new Set(['AAPL', 'MSFT', 'IBM']);
  /** Symbols of all subscriptions so far, and of those that are open. */
  readonly opened: string[] = [];
  readonly open: string[] = [];
  #readers: { symbol: string; give: (price: Price | Error) => void }[] = [];
  readonly #sequences = new Map<string, number>();
  epoch = 'epoch-1';
  /** New subscriptions throw at once. */
  isBroken = false;

  /** Counts the price, also if no subscription is open. */
  publish(symbol: string, price: number): void {
    const sequence = (this.#sequences.get(symbol) ?? 0) + 1;
    this.#sequences.set(symbol, sequence);
    for (const reader of this.#readers.filter((each) => each.symbol === symbol))
      reader.give({ symbol, price, epoch: this.epoch, sequence, quotedAt: '2010-03-01' });
  }

  /** A price is lost on its way. */
  skip(symbol: string): void {
    this.#sequences.set(symbol, (this.#sequences.get(symbol) ?? 0) + 1);
  }

  /** The source starts again: another epoch, which counts from 1. */
  restart(): void {
    this.epoch = `${this.epoch}'`;
    this.#sequences.clear();
  }

  /** Every open subscription throws. */
  breakDown(): void {
    for (const reader of [...this.#readers]) reader.give(new Error('the feed broke'));
  }

  async *prices(symbol: string, signal: AbortSignal): AsyncGenerator<Price> {
    this.opened.push(symbol);
    if (this.isBroken) throw new Error('the feed is broken');
    const queue: (Price | Error)[] = [];
    let wake = (): void => undefined;
    const reader = {
      symbol,
      give: (price: Price | Error) => {
        queue.push(price);
        wake();
      },
    };
    this.#readers.push(reader);
    this.open.push(symbol);
    signal.addEventListener('abort', () => wake(), { once: true });
    try {
      while (!signal.aborted) {
        const next = queue.shift();
        if (next instanceof Error) throw next;
        if (next !== undefined) yield next;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      this.#readers = this.#readers.filter((each) => each !== reader);
      this.open.splice(this.open.indexOf(symbol), 1);
    }
  }
}
