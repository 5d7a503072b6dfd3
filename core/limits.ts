/** All limits of the gateway. Each name ends in its unit. */
export interface Limits {
  /** A connection that is silent for this time is pinged. */
  readonly pingAfterMs: number;
  /** A pinged connection that stays silent for this time is dropped. */
  readonly pongWithinMs: number;
  /** Time from opening a connection to its valid token. */
  readonly authenticateWithinMs: number;
  readonly sweepEveryMs: number;
  /** A client that is closed and does not answer loses its socket after this time. */
  readonly closeWithinMs: number;

  /** Clocks may differ by this time from that of the issuer of tokens. */
  readonly clockToleranceMs: number;
  /** Longest time from the issue of a token to its expiry. */
  readonly tokenLifetimeMaxMs: number;
  /** Revocations that have not expired, of all gateways. */
  readonly revocationsMax: number;
  /** Interval at which revocations of other gateways are looked for. */
  readonly revocationsCheckEveryMs: number;

  readonly payloadMaxBytes: number;
  readonly commentMaxCharacters: number;
  readonly subscriptionsMax: number;
  readonly connectionsMax: number;
  readonly connectionsPerUserMax: number;

  /** Connections of one address to one gateway. */
  readonly connectionsPerAddressMax: number;
  /** Connections that an address may open at once, and per second after that. */
  readonly newConnectionsBurst: number;
  readonly newConnectionsPerSecond: number;

  /** Above this size only the newest price of each symbol is queued. */
  readonly outboxConflateBytes: number;
  /** Above this size the connection is closed. */
  readonly outboxMaxBytes: number;

  /** Frames that a connection may send at once, and per second after that. */
  readonly framesBurst: number;
  readonly framesPerSecond: number;
  /** The same of a user, over all its connections to a gateway, also those before. */
  readonly userFramesBurst: number;
  readonly userFramesPerSecond: number;
  /** Failed authentications of one address at once, and per minute after that. */
  readonly failedAuthenticationsBurst: number;
  readonly failedAuthenticationsPerMinute: number;
  /**
   * Refused requests of a connection within `strikeWindowMs`, by kind. One more ends the
   * connection.
   */
  readonly refusalsMax: number;
  readonly invalidFramesMax: number;
  readonly forbiddenMax: number;
  readonly unsafeCommentsMax: number;
  readonly strikeWindowMs: number;
  /** Connections in one answer to an administrator. */
  readonly clientsPerPageMax: number;

  /** A comment that the other gateways have not got by then is answered as `partial`. */
  readonly relayTimeoutMs: number;

  /** Interval at which connections of users at other gateways are looked at. */
  readonly usersCheckEveryMs: number;
  /** A gateway that does not reach the store for this time counts as dead for the others. */
  readonly nodeLeaseMs: number;

  /** Rows expire after this time unless they are renewed. */
  readonly leaseMs: number;
  readonly leaseRenewEveryMs: number;
  /** Interval of retries after the retry budget is spent. */
  readonly reconcileEveryMs: number;
  /**
   * An operation on the store without a reply counts as failed after this time. It may still apply.
   */
  readonly storeTimeoutMs: number;
  /** Operations on the store in flight at once. */
  readonly storeConcurrencyMax: number;
  /** The retry budget of one write: attempts or time, whichever is spent first. */
  readonly storeAttemptsMax: number;
  readonly storeRetryBudgetMs: number;
  readonly storeRetryBaseMs: number;
  readonly storeRetryMaxMs: number;
  /** Number of failures in a row that open the breaker, and for how long. */
  readonly breakerFailuresMax: number;
  readonly breakerOpenMs: number;

  readonly feedRestartBaseMs: number;
  readonly feedRestartMaxMs: number;
  /** Number of failures of a feed in a row that raise an alert. */
  readonly feedFailuresMax: number;

  /** Interval of probes of a subscription to Redis: that of the feed, and that of the messages. */
  readonly feedProbeEveryMs: number;
  /** Number of probes in a row that may be lost. Then it reconnects. */
  readonly feedProbesLostMax: number;

  /** A node keeps this number of prices of each symbol. */
  readonly historyPricesMax: number;
  /** It reads and keeps them for this time after the last subscriber of the symbol has left. */
  readonly historyKeptMs: number;

  /** A graceful stop closes its clients over this time, so that they do not reconnect at once. */
  readonly drainOverMs: number;
  /** A graceful stop, to the end of the process. It gives up what is not done in this time. */
  readonly stopWithinMs: number;
}

const defaults: Limits = {
  pingAfterMs: 25_000,
  pongWithinMs: 10_000,
  authenticateWithinMs: 10_000,
  sweepEveryMs: 5_000,
  closeWithinMs: 10_000,
  clockToleranceMs: 5_000,
  tokenLifetimeMaxMs: 7 * 24 * 3_600_000,
  revocationsMax: 10_000,
  revocationsCheckEveryMs: 500,
  payloadMaxBytes: 16 * 1024,
  commentMaxCharacters: 500,
  subscriptionsMax: 128,
  connectionsMax: 20_000,
  connectionsPerUserMax: 8,
  connectionsPerAddressMax: 2_000,
  newConnectionsBurst: 2_000,
  newConnectionsPerSecond: 200,
  outboxConflateBytes: 64 * 1024,
  outboxMaxBytes: 1024 * 1024,
  framesBurst: 160,
  framesPerSecond: 20,
  userFramesBurst: 320,
  userFramesPerSecond: 40,
  failedAuthenticationsBurst: 20,
  failedAuthenticationsPerMinute: 20,
  refusalsMax: 32,
  invalidFramesMax: 8,
  forbiddenMax: 8,
  unsafeCommentsMax: 4,
  strikeWindowMs: 60_000,
  clientsPerPageMax: 100,
  relayTimeoutMs: 1_000,
  usersCheckEveryMs: 500,
  nodeLeaseMs: 3_000,
  leaseMs: 45_000,
  leaseRenewEveryMs: 15_000,
  reconcileEveryMs: 5_000,
  storeTimeoutMs: 5_000,
  storeConcurrencyMax: 64,
  storeAttemptsMax: 5,
  storeRetryBudgetMs: 15_000,
  storeRetryBaseMs: 200,
  storeRetryMaxMs: 5_000,
  breakerFailuresMax: 5,
  breakerOpenMs: 2_000,
  feedRestartBaseMs: 500,
  feedRestartMaxMs: 10_000,
  feedFailuresMax: 3,
  feedProbeEveryMs: 1_000,
  feedProbesLostMax: 3,
  historyPricesMax: 1_000,
  historyKeptMs: 60_000,
  drainOverMs: 2_000,
  stopWithinMs: 5_000,
};

/** Relations between limits. The text is the condition. */
const relations: readonly (readonly [text: string, holds: (limits: Limits) => boolean])[] = [
  ['sweepEveryMs < pingAfterMs', (l) => l.sweepEveryMs < l.pingAfterMs],
  ['sweepEveryMs <= pongWithinMs', (l) => l.sweepEveryMs <= l.pongWithinMs],
  ['clockToleranceMs < tokenLifetimeMaxMs', (l) => l.clockToleranceMs < l.tokenLifetimeMaxMs],
  ['commentMaxCharacters < payloadMaxBytes', (l) => l.commentMaxCharacters < l.payloadMaxBytes],
  ['connectionsPerUserMax <= connectionsMax', (l) => l.connectionsPerUserMax <= l.connectionsMax],
  ['payloadMaxBytes <= outboxConflateBytes', (l) => l.payloadMaxBytes <= l.outboxConflateBytes],
  ['outboxConflateBytes < outboxMaxBytes', (l) => l.outboxConflateBytes < l.outboxMaxBytes],
  // A client may send all its subscriptions at once.
  ['subscriptionsMax < framesBurst', (l) => l.subscriptionsMax < l.framesBurst],
  // One connection may use up what its user may send, but need not share it.
  ['framesBurst <= userFramesBurst', (l) => l.framesBurst <= l.userFramesBurst],
  ['framesPerSecond <= userFramesPerSecond', (l) => l.framesPerSecond <= l.userFramesPerSecond],
  // Two renewals may fail before the row of an open connection expires.
  ['leaseRenewEveryMs * 3 <= leaseMs', (l) => l.leaseRenewEveryMs * 3 <= l.leaseMs],
  ['reconcileEveryMs <= leaseRenewEveryMs', (l) => l.reconcileEveryMs <= l.leaseRenewEveryMs],
  ['storeTimeoutMs < leaseRenewEveryMs', (l) => l.storeTimeoutMs < l.leaseRenewEveryMs],
  ['storeTimeoutMs <= storeRetryBudgetMs', (l) => l.storeTimeoutMs <= l.storeRetryBudgetMs],
  ['storeRetryBudgetMs < leaseMs', (l) => l.storeRetryBudgetMs < l.leaseMs],
  ['storeRetryBaseMs <= storeRetryMaxMs', (l) => l.storeRetryBaseMs <= l.storeRetryMaxMs],
  // Otherwise the reconciler could find the breaker open in every round.
  ['breakerOpenMs < reconcileEveryMs', (l) => l.breakerOpenMs < l.reconcileEveryMs],
  // Several beats may fail before a gateway counts as dead, and it does within 5 s.
  ['usersCheckEveryMs * 4 <= nodeLeaseMs', (l) => l.usersCheckEveryMs * 4 <= l.nodeLeaseMs],
  ['nodeLeaseMs + usersCheckEveryMs < 5000', (l) => l.nodeLeaseMs + l.usersCheckEveryMs < 5000],
  ['feedRestartBaseMs <= feedRestartMaxMs', (l) => l.feedRestartBaseMs <= l.feedRestartMaxMs],
  // What follows the drain needs time, too.
  ['drainOverMs + 1000 <= stopWithinMs', (l) => l.drainOverMs + 1000 <= l.stopWithinMs],
  // A lost feed is noticed within 5 s.
  ['feedProbeEveryMs * (feedProbesLostMax + 1) < 5000', (l) => l.feedProbeEveryMs * (l.feedProbesLostMax + 1) < 5000],
];

/**
 * The default limits with overrides. Throws RangeError if a limit is unknown or not a positive
 * integer, or a relation is broken.
 */
export function limits(overrides: Partial<Limits> = {}): Limits {
  // Without the name: overrides may come from outside.
  if (Object.keys(overrides).some((name) => !Object.hasOwn(defaults, name))) throw new RangeError('an unknown limit');
  const table: Limits = Object.freeze({ ...defaults, ...overrides });
  for (const [name, value] of Object.entries(table) as [string, unknown][]) {
    if (!Number.isSafeInteger(value) || (value as number) <= 0)
      throw new RangeError(`invalid limit ${name}: expected a positive integer`);
  }
  for (const [text, holds] of relations) {
    if (!holds(table)) throw new RangeError(`invalid limits: expected ${text}`);
  }
  return table;
}
