import { z } from 'zod';
import type { Clock, Price, PriceFeed, Timer } from '../ports.ts';

/** What is used of an `ioredis` client that does nothing but subscribe. Emits `message(channel, text)` and `close()`. */
export interface RedisFeedClient {
  // `any` as in the signature of the event emitter that this is a part of.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  on(event: string, listener: (...parameters: any[]) => void): unknown;
  subscribe(channel: string): Promise<unknown>;
  unsubscribe(channel: string): Promise<unknown>;
}

const quoteSchema = z.object({ price: z.number(), quotedAt: z.string().max(40) });

// A reader that falls so far behind is broken: it would only ever show prices of the past.
const waitingMax = 256;

// The server may refuse to end a subscription, for instance while it is busy with a script: it is asked again so much later.
const unsubscribeAgainMs = 1000;

/** A feed with a connection of its own. */
export interface RedisFeed extends PriceFeed {
  /** Leaves nothing waiting; the client is the caller's to end. */
  close(): void;
}

/**
 * Prices from Redis: whoever quotes publishes `{"price": number, "quotedAt": string}` as JSON on the channel `prices:<symbol>`.
 * Breaks when the connection does, or when a message can't be read: whoever reads subscribes anew then.
 */
export function redisFeed(client: RedisFeedClient, symbols: Iterable<string>, clock: Clock): RedisFeed {
  const readersOf = new Map<string, readonly Reader[]>();
  /** Channels that nobody reads and the server may still send, with the timer of the next attempt to end that. */
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
      const again = (): void => {
        unwanted.delete(channel);
        unsubscribe(channel);
      };
      unwanted.get(channel)?.cancel();
      unwanted.set(
        channel,
        clock.startTimer({ label: `unsubscribe:${channel}`, owner: 'feed' }, unsubscribeAgainMs, again),
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

/** What arrived for one subscription and was not taken yet. */
class Reader {
  readonly #symbol: string;
  #waiting: Price[] = [];
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
    } else if (this.#waiting.length >= waitingMax) {
      this.fail('prices come faster than they are taken');
    } else {
      this.#sequence += 1;
      this.#waiting.push({ symbol: this.#symbol, sequence: this.#sequence, ...quote });
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

  /** The next price, or null at the end. Throws when the source broke, after the prices that came before. */
  async next(): Promise<Price | null> {
    for (;;) {
      const price = this.#waiting.shift();
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
