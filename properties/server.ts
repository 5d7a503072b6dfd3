/**
 * The scenario of the gateway as it is deployed: the main of `npm start`, unmodified, with the same
 * actors, faults, properties and mutants as gateway.ts. It has real HTTP, `ws` and ioredis over
 * simulated TCP. It reads its settings from the environment and reports through its log.
 */
import { recordedPrices } from '../core/adapters/recorded-feed.ts';
import { type Property, scenarioFor } from '../sim/index.ts';
import { type GatewayConfiguration, gatewayConfiguration } from './configuration.ts';
import { judged } from './gateway.ts';
import { frameRatesOverTcp } from './guarantees/frame-rates-over-tcp.ts';
import { sharedPrices } from './guarantees/shared-prices.ts';
import { staleFeeds } from './guarantees/stale-feeds.ts';
import { previousRelease } from './previous-release.ts';

const { tokens, priceEveryMs, limits } = gatewayConfiguration;
const [secret, previousSecret] = tokens.secrets;

/** Share of seeds in which node-1 is the source of all prices, which pass through Redis. */
const SHARED_PRICES_SHARE = 0.5;

/** Only a part of the seeds has clients of a node that reads prices over Redis. */
const sharedFeeds: Property = {
  ...staleFeeds,
  marks: (staleFeeds.marks ?? []).map((mark) => ({
    name: typeof mark === 'string' ? mark : mark.name,
    withinSeeds: 500,
  })),
};

const symbols = Object.keys(recordedPrices).join(',');
const throughRedis = (node: string): Record<string, string> =>
  node === 'node-1' ? { PUBLISH_PRICES: 'true' } : { FEED: 'redis', SYMBOLS: symbols };

export default scenarioFor<GatewayConfiguration>()({
  name: 'server',
  system: {
    entry: '../core/server.ts',
    env: (node, draw) => ({
      JWT_SECRET: secret,
      JWT_SECRET_PREVIOUS: previousSecret,
      JWT_ISSUER: tokens.issuer,
      JWT_AUDIENCE: tokens.audience,
      PRICE_INTERVAL_MS: String(priceEveryMs),
      LIMITS: JSON.stringify(limits),
      // Includes what the gateway reports through its probe.
      LOG_LEVEL: 'trace',
      ...(draw.fraction('feed') < 1 - SHARED_PRICES_SHARE ? {} : throughRedis(node)),
    }),
    otherVersion: { edits: previousRelease },
  },
  ...judged,
  properties: [...judged.properties, sharedFeeds, sharedPrices, frameRatesOverTcp],
});
