import type { Clock, PriceFeed } from '../ports.ts';
import { sleep } from '../sleep.ts';
import recorded from './prices.json' with { type: 'json' };

/** Quotes of each symbol, oldest first: the day (ISO 8601) and the price in US dollars. */
export type Recording = Readonly<Record<string, readonly (readonly [quotedAt: string, price: number])[]>>;

/** Real monthly prices of AAPL, AMZN, GOOG, IBM and MSFT; see PRICES.md. */
export const recordedPrices = recorded as unknown as Recording;

/**
 * Plays a recording in a loop, one price per `intervalMs`. Each subscription starts with the first
 * price, one interval after it begins, and counts from one.
 */
export function recordedFeed(clock: Clock, recording: Recording, intervalMs: number): PriceFeed {
  const quotesOf = new Map(Object.entries(recording).filter(([, quotes]) => quotes.length > 0));
  return {
    symbols: new Set(quotesOf.keys()),
    async *prices(symbol, signal) {
      const quotes = quotesOf.get(symbol);
      if (quotes === undefined) throw new Error('unknown symbol in the recording');
      for (let position = 0; ; position += 1) {
        await sleep(clock, { label: `feed:${symbol}`, owner: `stream:${symbol}` }, intervalMs, signal);
        const quote = quotes[position % quotes.length];
        if (signal.aborted || quote === undefined) return;
        const [quotedAt, price] = quote;
        yield { symbol, price, sequence: position + 1, quotedAt };
      }
    },
  };
}
