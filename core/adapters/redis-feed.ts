import * as z from 'zod';
import type { Limits } from '../limits.ts';
import type { Clock, PriceFeed, Timer } from '../ports.ts';
import { PriceQueue } from './price-queue.ts';
import { SubscriptionProbe } from './subscription-probe.ts';

/**
 * The used part of an `ioredis` client for subscriptions. Emits `message(channel, text)` and
 * `close()`.
 */
export interface RedisFeedClient {
  // `any` as in the signature of Node's event emitter.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  on(event: string, listener: (...parameters: any[]) => void): unknown;
  subscribe(...channels: string[]): Promise<unknown>;
  unsubscribe(channel: string): Promise<unknown>;
  /** Breaks the connection. With `reconnect`, a new one follows. */
  disconnect(reconnect: boolean): void;
}

export interface RedisFeedParts {
  readonly client: RedisFeedClient;
  /** Another client: a subscribed one cannot publish. */
  readonly publisher: { publish(channel: string, text: string): Promise<unknown> };
  readonly symbols: Iterable<string>;
  readonly clock: Clock;
  readonly limits: Pick<Limits, 'feedProbeEveryMs' | 'feedProbesLostMax'>;
  /** Different for each process. */
  readonly name: string;
  /** Prices of AAPL come from this channel with `AAPL` behind it. Default: `prices:`. */
  readonly channelPrefix?: string;
}

const quoteSchema = z.object({
  price: z.number(),
  epoch: z.string().min(1).max(64),
  sequence: z.int().positive(),
  quotedAt: z.string().max(40),
  /** The source publishes the next price of the symbol within this time. */
  nextWithinMs: z
    .int()
    .positive()
    .max(2 ** 31 - 1)
    .optional(),
});

// Redis may refuse to end a subscription, for instance while it runs a script. Then the command is
// retried.
const unsubscribeRetryMs = 1000;

/** A feed over one Redis connection. */
export interface RedisFeed extends PriceFeed {
  /** Cancels all timers. The caller closes the client. */
  close(): void;
}

/**
 * Prices from Redis. The source publishes `{"price": number, "epoch": string, "sequence": integer,
 * "quotedAt": string, "nextWithinMs"?: integer}` as JSON to the channel `prices:<symbol>`. The
 * iteration throws when the connection breaks, receives nothing, not even probes, a message is
 * invalid, or no price has arrived for `nextWithinMs`; callers iterate again to resubscribe.
 */
export function redisFeed(parts: RedisFeedParts): RedisFeed {
  const { client, publisher, clock, limits, channelPrefix = 'prices:' } = parts;
  const readersOf = new Map<string, readonly PriceQueue[]>();
  const probeChannel = `probe:${parts.name}`;
  /**
   * Channels without a reader whose subscription did not end yet, with the timer of the next
   * attempt.
   */
  const unwanted = new Map<string, Timer>();
  /** For channels whose source has said when its next price follows. */
  const expected = new Map<string, Timer>();
  let isClosed = false;
  const fail = (reason: string): void => {
    for (const reader of [...readersOf.values()].flat()) reader.fail(reason);
  };
  const probe = new SubscriptionProbe({
    clock,
    owner: 'feed',
    everyMs: limits.feedProbeEveryMs,
    lostMax: limits.feedProbesLostMax,
    send: () => {
      // A probe that is refused does not come back, like a lost one.
      publisher.publish(probeChannel, '').catch(() => undefined);
    },
    silent: () => {
      fail('the subscription receives nothing');
      client.disconnect(true);
    },
  });
  /** Without a time, the source may be silent. */
  const expectNext = (channel: string, withinMs?: number): void => {
    expected.get(channel)?.cancel();
    expected.delete(channel);
    if (withinMs === undefined) return;
    const silent = (): void => {
      expected.delete(channel);
      for (const reader of readersOf.get(channel) ?? []) reader.fail('the source has published nothing');
    };
    expected.set(channel, clock.startTimer({ label: `expect:${channel}`, owner: 'feed' }, withinMs, silent));
  };
  client.on('message', (channel: string, text: string) => {
    probe.heard();
    const readers = readersOf.get(channel);
    if (readers === undefined) return;
    const quote = parseQuote(text);
    if (quote === null) {
      for (const reader of readers) reader.fail('a price could not be read');
      return;
    }
    const { nextWithinMs, ...price } = quote;
    const symbol = channel.slice(channelPrefix.length);
    for (const reader of readers) reader.push({ symbol, ...price });
    expectNext(channel, nextWithinMs);
  });
  client.on('close', () => {
    probe.heard();
    fail('the connection to Redis broke');
  });

  const isWanted = (channel: string): boolean =>
    channel === probeChannel ? readersOf.size > 0 : readersOf.has(channel);
  const unsubscribe = (channel: string): void => {
    client.unsubscribe(channel).catch(() => {
      if (isClosed || isWanted(channel)) return;
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
  const join = async (channel: string, reader: PriceQueue): Promise<void> => {
    for (const each of [channel, probeChannel]) {
      unwanted.get(each)?.cancel();
      unwanted.delete(each);
    }
    readersOf.set(channel, [...(readersOf.get(channel) ?? []), reader]);
    probe.start();
    await client.subscribe(channel, probeChannel);
    probe.heard();
  };
  const leave = (channel: string, reader: PriceQueue): void => {
    const rest = (readersOf.get(channel) ?? []).filter((other) => other !== reader);
    if (rest.length > 0) {
      readersOf.set(channel, rest);
      return;
    }
    readersOf.delete(channel);
    expectNext(channel);
    unsubscribe(channel);
    if (readersOf.size > 0) return;
    probe.stop();
    unsubscribe(probeChannel);
  };

  return {
    symbols: new Set(parts.symbols),
    close() {
      isClosed = true;
      probe.stop();
      for (const timer of unwanted.values()) timer.cancel();
      unwanted.clear();
      for (const timer of expected.values()) timer.cancel();
      expected.clear();
    },
    async *prices(symbol, signal) {
      const channel = `${channelPrefix}${symbol}`;
      const reader = new PriceQueue();
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

function parseQuote(text: string): z.infer<typeof quoteSchema> | null {
  try {
    return quoteSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
