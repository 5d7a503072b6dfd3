/**
 * Prices over Redis, for some processes of a node. The production adapter reads them, and a second
 * client publishes the recorded prices of each symbol while it is read. Other nodes that read the
 * symbol receive them too.
 */
import { recordedFeed, recordedPrices } from '../../core/adapters/recorded-feed.ts';
import { redisFeed } from '../../core/adapters/redis-feed.ts';
import type { PriceFeed } from '../../core/ports.ts';
import type { SimNode } from '../../sim/index.ts';
import type { GatewayConfiguration } from '../configuration.ts';

export interface FeedOverRedis {
  readonly feed: PriceFeed;
  close(): void;
}

export function feedOverRedis(node: SimNode, { priceEveryMs, commandTimeoutMs }: GatewayConfiguration): FeedOverRedis {
  const options = { commandTimeout: commandTimeoutMs, autoResubscribe: false };
  const [reader, quoter] = [node.redis(options), node.redis(options)];
  const recorded = recordedFeed(node.clock, recordedPrices, priceEveryMs);
  const feed = redisFeed(reader, recorded.symbols, node.clock);

  const quoters = new Set<AbortController>();

  const quote = async (symbol: string, signal: AbortSignal): Promise<void> => {
    for await (const { price, quotedAt } of recorded.prices(symbol, signal)) {
      // Not retried: the price would be outdated.
      await quoter.publish(`prices:${symbol}`, JSON.stringify({ price, quotedAt })).catch(() => undefined);
    }
  };

  return {
    feed: {
      symbols: feed.symbols,
      async *prices(symbol, signal) {
        // The stream may end before it starts to read.
        if (signal.aborted) return;
        const quoting = new AbortController();
        quoters.add(quoting);
        const stop = (): void => {
          quoters.delete(quoting);
          quoting.abort();
        };
        signal.addEventListener('abort', stop, { once: true });
        void quote(symbol, quoting.signal);
        try {
          yield* feed.prices(symbol, signal);
        } finally {
          signal.removeEventListener('abort', stop);
          stop();
        }
      },
    },
    close: () => {
      feed.close();
      for (const quoting of quoters) quoting.abort();
      reader.disconnect();
      quoter.disconnect();
    },
  };
}
