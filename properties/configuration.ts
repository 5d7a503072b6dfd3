/**
 * How the gateway is configured under simulation: the production limits made short, in the same relations, so that a run of seconds sees
 * what takes minutes in production.
 */
import { type Limits, limits } from '../core/limits.ts';
import type { Json } from '../sim/index.ts';

export interface GatewayConfiguration {
  /** Signs the actors' tokens. Protects nothing: it exists in simulations alone. */
  readonly secret: string;
  readonly priceEveryMs: number;
  readonly commandTimeoutMs: number;
  /** Of the processes of nodes, the share that has its prices over Redis; the others play the recording themselves. */
  readonly feedOverRedisShare: number;
  readonly limits: Partial<Limits>;
}

export const gatewayConfiguration = {
  secret: 'only-for-simulation-only-for-simulation',
  priceEveryMs: 500,
  commandTimeoutMs: 800,
  feedOverRedisShare: 0.25,
  limits: {
    sweepEveryMs: 1000,
    pingAfterMs: 4000,
    pongWithinMs: 2000,
    authenticateWithinMs: 2000,
    leaseMs: 9000,
    leaseRenewEveryMs: 3000,
    reconcileEveryMs: 1000,
    storeTimeoutMs: 1000,
    storeRetryBudgetMs: 3000,
    storeRetryBaseMs: 100,
    storeRetryMaxMs: 1000,
    breakerOpenMs: 500,
    // What a slow reader's system does not take makes prices wait within seconds.
    payloadMaxBytes: 2048,
    outboxConflateBytes: 2048,
  },
} satisfies GatewayConfiguration & Json;

/** The limits in force in a simulation. */
export const simulatedLimits: Limits = limits(gatewayConfiguration.limits);
