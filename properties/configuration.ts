/**
 * The gateway's configuration under simulation. Limits are shorter than in production, with the
 * same relations, so that a run of seconds covers what takes minutes in production.
 */
import { type Limits, limits } from '../core/limits.ts';
import type { Json } from '../sim/index.ts';

export interface GatewayConfiguration {
  /** For the tokens of actors. The secrets are used in simulations only and protect nothing. */
  readonly tokens: {
    /** The current one, then the previous one. */
    readonly secrets: readonly [string, string];
    readonly issuer: string;
    readonly audience: string;
  };
  readonly priceEveryMs: number;
  readonly commandTimeoutMs: number;
  /** Share of processes that read prices over Redis. The others play the recording. */
  readonly feedOverRedisShare: number;
  readonly limits: Partial<Limits>;
}

export const gatewayConfiguration = {
  tokens: {
    secrets: ['only-for-simulation-only-for-simulation', 'formerly-for-simulation-formerly-for-simulation'],
    issuer: 'issuer-of-simulations',
    audience: 'simulated-prices',
  },
  priceEveryMs: 500,
  commandTimeoutMs: 800,
  feedOverRedisShare: 0.4,
  limits: {
    sweepEveryMs: 1000,
    pingAfterMs: 4000,
    pongWithinMs: 2000,
    authenticateWithinMs: 2000,
    clockToleranceMs: 500,
    leaseMs: 9000,
    leaseRenewEveryMs: 3000,
    reconcileEveryMs: 1000,
    storeTimeoutMs: 1000,
    storeRetryBudgetMs: 3000,
    storeRetryBaseMs: 100,
    storeRetryMaxMs: 1000,
    breakerOpenMs: 500,
    // Small, so that a few comments more than a client reads fill its queue.
    payloadMaxBytes: 2048,
    commentMaxCharacters: 1500,
    outboxConflateBytes: 2048,
    feedProbeEveryMs: 300,
    // Fewer than a run has, so that clients resume from prices that are not kept.
    historyPricesMax: 3,
    historyKeptMs: 4000,
    // Small, so that clients exceed them, and pages have successors.
    refusalsMax: 3,
    invalidFramesMax: 2,
    forbiddenMax: 2,
    unsafeCommentsMax: 2,
    strikeWindowMs: 4000,
    clientsPerPageMax: 3,
    connectionsPerUserMax: 3,
    connectionsPerAddressMax: 2,
    newConnectionsBurst: 4,
    newConnectionsPerSecond: 1,
    subscriptionsMax: 20,
    framesBurst: 40,
    framesPerSecond: 10,
    userFramesBurst: 60,
    userFramesPerSecond: 10,
    outboxMaxBytes: 8192,
    // Short, so that Redis is away for longer.
    stopWithinMs: 3000,
  },
} satisfies GatewayConfiguration & Json;

/** The limits in force in a simulation. */
export const simulatedLimits: Limits = limits(gatewayConfiguration.limits);
