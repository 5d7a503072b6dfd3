import { z } from 'zod';
import type { Clock, Price, PriceFeed, Timer } from '../ports.ts';

/**
 * The used part of an `ioredis` client for subscriptions. Emits `message(channel, text)` and
 * `close()`.
 */
export interface RedisFeedClient {
  // `any` as in the signature of Node's event emitter.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  on(event: string, listener: (...parameters: any[]) => void): unknown;
  subscribe(channel: string): Promise<unknown>;
  unsubscribe(channel: string): Promise<unknown>;
}

const quoteSchema = z.object({ price: z.number(), quotedAt: z.string().max(40) });

// A reader with a longer queue fails, because it would only return outdated prices.
const queuedMax = 256;

// Redis may refuse to end a subscription, for instance while it runs a script. Then the command is
// retried.
const unsubscribeRetryMs = 1000;

/** A feed over one Redis connection. */
export interface RedisFeed extends PriceFeed {
  /** Cancels all timers. The caller closes the client. */
  close(): void;
}

/**
 * Prices from Redis. Publishers send `{"price": number, "quotedAt": string}` as JSON to the channel
 * `prices:<symbol>`. The iteration throws when the connection breaks or a message is invalid;
 * callers iterate again to resubscribe.
 */
export function redisFeed(client: RedisFeedClient, symbols: Iterable<string>, clock: Clock): RedisFeed {
  const readersOf = new Map<string, readonly Reader[]>();
  /**
   * Channels without a reader whose subscription did not end yet, with the timer of the next
   * attempt.
   */
  const unwanted = new Map<string, Timer>();
  let isClosed = false;
  client.on('message', (channel: string, text: string) => {
    for (const reader of readersOf.get(channel) ?? []) reader.receive(text);
  });
  client.on('close', () => {
    for (const reader of [...readersOf.values()].flat()) reader.fail('the connection to Redis broke');
  });

  const unsubscribe = (channel: string): void => {
    client.unsubscribe(channel).catch(() => {
      if (isClosed || readersOf.has(channel)) return;
      const retry = (): void => {
        unwanted.delete(channel);
        unsubscribe(channel);
      };
      unwanted.get(channel)?.cancel();
      unwanted.set(
        channel,
        clock.startTimer({ label: `unsubscribe:${channel}`, owner: 'feed' }, unsubscribeRetryMs, retry),
      );
    });
  };
  const join = async (channel: string, reader: Reader): Promise<void> => {
    unwanted.get(channel)?.cancel();
    unwanted.delete(channel);
    readersOf.set(channel, [...(readersOf.get(channel) ?? []), reader]);
    await client.subscribe(channel);
  };
  const leave = (channel: string, reader: Reader): void => {
    const rest = (readersOf.get(channel) ?? []).filter((other) => other !== reader);
    if (rest.length > 0) {
      readersOf.set(channel, rest);
      return;
    }
    readersOf.delete(channel);
    unsubscribe(channel);
  };

  return {
    symbols: new Set(symbols),
    close() {
      isClosed = true;
      for (const timer of unwanted.values()) timer.cancel();
      unwanted.clear();
    },
    async *prices(symbol, signal) {
      const channel = `prices:${symbol}`;
      const reader = new Reader(symbol);
      const onAbort = (): void => {
        reader.end();
      };
      signal.addEventListener('abort', onAbort, { once: true });
      try {
        await join(channel, reader);
        while (!signal.aborted) {
          const price = await reader.next();
          if (price === null || signal.aborted) return;
          yield price;
        }
      } finally {
        signal.removeEventListener('abort', onAbort);
        leave(channel, reader);
      }
    },
  };
}

/** The queue of prices of one subscription. */
class Reader {
  readonly #symbol: string;
  #queue: Price[] = [];
  #sequence = 0;
  #outcome: 'ended' | Error | null = null;
  #wake = (): void => undefined;

  constructor(symbol: string) {
    this.#symbol = symbol;
  }

  receive(text: string): void {
    const quote = parseQuote(text);
    if (quote === null) {
      this.fail('a price could not be read');
    } else if (this.#queue.length >= queuedMax) {
      this.fail('prices arrive faster than they are read');
    } else {
      this.#sequence += 1;
      this.#queue.push({ symbol: this.#symbol, sequence: this.#sequence, ...quote });
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
      const price = this.#queue.shift();
      if (price !== undefined) return price;
      if (this.#outcome === 'ended') return null;
      if (this.#outcome !== null) throw this.#outcome;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

function parseQuote(text: string): { readonly price: number; readonly quotedAt: string } | null {
  try {
    return quoteSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
