import type { Metrics, Price, PriceFeed } from '../ports.ts';
import { PriceQueue } from './price-queue.ts';

/** The used part of an `ioredis` client. */
export interface PublishingClient {
  /**
   * Rejects at once while it has no connection: the prices would be outdated later. Rejects with
   * `Command timed out` if Redis does not answer.
   */
  publish(channel: string, text: string): Promise<unknown>;
  /** Breaks the connection. With `reconnect`, a new one follows. */
  disconnect(reconnect: boolean): void;
}

export interface PublishedFeedParts {
  /** Its iterations end with their signal and do not throw. This feed is its only reader. */
  readonly source: PriceFeed;
  readonly client: PublishingClient;
  /** The source has a price of each symbol at least this often. */
  readonly nextWithinMs: number;
  readonly metrics: Pick<Metrics, 'count'>;
}

/** A feed whose prices other gateways read, too. */
export interface PublishedFeed extends PriceFeed {
  /** Ends the source. Resolves when its last price has been passed on. Idempotent. */
  close(): Promise<void>;
}

// Redis answers thousands of prices per second. One that does not must not fill the memory.
const unansweredMax = 256;

/**
 * Plays all symbols of a source, whether this gateway reads them or not: the readers of other
 * gateways are not known. Each price goes to the readers of this gateway first, then to the channel
 * `prices:<symbol>` of Redis, in the form that `redisFeed` reads. A price that Redis does not take
 * is dropped.
 */
export function publishedFeed({ source, client, nextWithinMs, metrics }: PublishedFeedParts): PublishedFeed {
  const readersOf = new Map([...source.symbols].map((symbol) => [symbol, new Set<PriceQueue>()]));
  const closing = new AbortController();
  let unanswered = 0;
  let sent = 0;
  /** The last price that was sent in a connection which has been given up. */
  let lost = 0;

  const drop = (): void => metrics.count('unpublished_prices');
  const failed = (number: number, error: unknown): void => {
    drop();
    const isTimeout = error instanceof Error && error.message === 'Command timed out';
    if (!isTimeout || number <= lost) return;
    // It may have lost its other end, and prices without an answer stay in it.
    lost = sent;
    client.disconnect(true);
  };
  const publish = ({ symbol, ...quote }: Price): void => {
    if (unanswered >= unansweredMax) {
      drop();
      return;
    }
    unanswered += 1;
    sent += 1;
    const number = sent;
    void client
      .publish(`prices:${symbol}`, JSON.stringify({ ...quote, nextWithinMs }))
      .catch((error: unknown) => failed(number, error))
      .then(() => {
        unanswered -= 1;
      });
  };
  const play = async ([symbol, readers]: readonly [string, ReadonlySet<PriceQueue>]): Promise<void> => {
    for await (const price of source.prices(symbol, closing.signal)) {
      for (const reader of readers) reader.push(price);
      publish(price);
    }
  };
  const played = Promise.all([...readersOf].map(play));

  return {
    symbols: source.symbols,
    async close() {
      closing.abort('closed');
      await played;
    },
    async *prices(symbol, signal) {
      const readers = readersOf.get(symbol);
      if (readers === undefined) throw new Error('unknown symbol of the source');
      const reader = new PriceQueue();
      const onAbort = (): void => reader.end();
      signal.addEventListener('abort', onAbort, { once: true });
      readers.add(reader);
      try {
        while (!signal.aborted) {
          const price = await reader.next();
          if (price === null || signal.aborted) return;
          yield price;
        }
      } finally {
        signal.removeEventListener('abort', onAbort);
        readers.delete(reader);
      }
    },
  };
}
