/**
 * The scenario of the gateway as it is deployed: the main of `npm start`, unmodified, with the same
 * actors, faults, properties and mutants as gateway.ts. It has real HTTP, `ws` and ioredis over
 * simulated TCP. It reads its settings from the environment and reports through its log.
 */
import { scenarioFor } from '../sim/index.ts';
import { type GatewayConfiguration, gatewayConfiguration } from './configuration.ts';
import { judged } from './gateway.ts';
import { previousRelease } from './previous-release.ts';

const { tokens, priceEveryMs, limits } = gatewayConfiguration;
const [secret, previousSecret] = tokens.secrets;

export default scenarioFor<GatewayConfiguration>()({
  name: 'server',
  system: {
    entry: '../core/server.ts',
    env: {
      JWT_SECRET: secret,
      JWT_SECRET_PREVIOUS: previousSecret,
      JWT_ISSUER: tokens.issuer,
      JWT_AUDIENCE: tokens.audience,
      PRICE_INTERVAL_MS: String(priceEveryMs),
      LIMITS: JSON.stringify(limits),
      // Includes what the gateway reports through its probe.
      LOG_LEVEL: 'trace',
    },
    otherVersion: { edits: previousRelease },
  },
  ...judged,
});
