/**
 * Prices over Redis, for some processes of a node. The production adapter reads them. Each process
 * has a separate source: a second client publishes the recorded prices of each symbol from its
 * first subscription until the process ends, also while the gateway has lost the feed.
 */
import { recordedFeed, recordedPrices } from '../../core/adapters/recorded-feed.ts';
import { redisFeed } from '../../core/adapters/redis-feed.ts';
import type { Limits } from '../../core/limits.ts';
import type { Clock, PriceFeed } from '../../core/ports.ts';
import type { SimNode } from '../../sim/index.ts';
import type { GatewayConfiguration } from '../configuration.ts';

export interface FeedOverRedis {
  readonly feed: PriceFeed;
  close(): void;
}

export function feedOverRedis(
  node: SimNode,
  { priceEveryMs, commandTimeoutMs }: GatewayConfiguration,
  limits: Limits,
): FeedOverRedis {
  const options = { commandTimeout: commandTimeoutMs, autoResubscribe: false };
  const [reader, quoter] = [node.redis(options), node.redis(options)];
  const epoch = node.entropy.id('epoch');
  // The source does not belong to the stream that reads it.
  const clock: Clock = {
    monotonicMs: () => node.clock.monotonicMs(),
    wallMs: () => node.clock.wallMs(),
    startTimer: ({ label }, delayMs, fire) => node.clock.startTimer({ label, owner: 'source' }, delayMs, fire),
  };
  const recorded = recordedFeed(clock, recordedPrices, priceEveryMs, epoch);
  const channelPrefix = `prices:${epoch}:`;
  const feed = redisFeed({
    client: reader,
    publisher: quoter,
    symbols: recorded.symbols,
    clock: node.clock,
    limits,
    name: epoch,
    channelPrefix,
  });
  const closing = new AbortController();
  const quoted = new Set<string>();

  const quote = async (symbol: string): Promise<void> => {
    for await (const { symbol: _symbol, ...price } of recorded.prices(symbol, closing.signal)) {
      // Not retried: the price would be outdated.
      quoter.publish(`${channelPrefix}${symbol}`, JSON.stringify(price)).catch(() => undefined);
    }
  };

  return {
    feed: {
      symbols: feed.symbols,
      prices(symbol, signal) {
        if (!quoted.has(symbol)) void quote(symbol);
        quoted.add(symbol);
        return feed.prices(symbol, signal);
      },
    },
    close: () => {
      feed.close();
      closing.abort();
      reader.disconnect();
      quoter.disconnect();
    },
  };
}
