import type { Clock, PriceFeed } from '../ports.ts';
import { sleep } from '../sleep.ts';
import recorded from './prices.json' with { type: 'json' };

/** Quotes of each symbol, oldest first: the day (ISO 8601) and the price in US dollars. */
export type Recording = Readonly<Record<string, readonly (readonly [quotedAt: string, price: number])[]>>;

/** Real monthly prices of AAPL, AMZN, GOOG, IBM and MSFT; see PRICES.md. */
export const recordedPrices = recorded as unknown as Recording;

/**
 * Plays a recording in a loop. It produces prices of a symbol only while they are read, one each
 * `intervalMs`, and continues where the last reader stopped.
 *
 * @param epoch the name of this run of the source
 * @param owner of its timers, if that is not the stream of the symbol
 */
export function recordedFeed(
  clock: Clock,
  recording: Recording,
  intervalMs: number,
  epoch: string,
  owner?: string,
): PriceFeed {
  const quotesOf = new Map(Object.entries(recording).filter(([, quotes]) => quotes.length > 0));
  const sequenceOf = new Map<string, number>();
  return {
    symbols: new Set(quotesOf.keys()),
    async *prices(symbol, signal) {
      const quotes = quotesOf.get(symbol);
      if (quotes === undefined) throw new Error('unknown symbol in the recording');
      for (;;) {
        await sleep(clock, { label: `feed:${symbol}`, owner: owner ?? `stream:${symbol}` }, intervalMs, signal);
        if (signal.aborted) return;
        const sequence = (sequenceOf.get(symbol) ?? 0) + 1;
        sequenceOf.set(symbol, sequence);
        const [quotedAt, price] = quotes[(sequence - 1) % quotes.length] ?? ['', 0];
        yield { symbol, price, epoch, sequence, quotedAt };
      }
    },
  };
}
