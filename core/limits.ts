/** Everything that is bounded, in one table. Units stand last in each name. */
export interface Limits {
  /** A connection silent for so long is pinged. */
  readonly pingAfterMs: number;
  /** … and is gone when nothing was heard for so much longer. */
  readonly pongWithinMs: number;
  /** From the opening to the valid token. */
  readonly authenticateWithinMs: number;
  readonly sweepEveryMs: number;

  readonly payloadMaxBytes: number;
  readonly commentMaxCharacters: number;
  readonly subscriptionsMax: number;
  readonly connectionsMax: number;
  readonly connectionsPerUserMax: number;

  /** Above it only the newest price of each symbol waits. */
  readonly outboxConflateBytes: number;
  /** Above it the connection is closed. */
  readonly outboxMaxBytes: number;

  /** Frames a connection may send at once, and steadily. */
  readonly framesBurst: number;
  readonly framesPerSecond: number;
  /** Failed authentications an address may have at once, and steadily. */
  readonly failedAuthenticationsBurst: number;
  readonly failedAuthenticationsPerMinute: number;
  /** Error frames a connection may earn before it is closed. */
  readonly refusalsMax: number;

  /** What the store keeps vanishes by itself after so long. */
  readonly leaseMs: number;
  readonly leaseRenewEveryMs: number;
  /** How often what the store failed to take is tried anew. */
  readonly reconcileEveryMs: number;
  /** An operation on the store without an answer for so long has failed (and may still apply). */
  readonly storeTimeoutMs: number;
  /** Operations on the store in flight at once. */
  readonly storeConcurrencyMax: number;
  /** The retry budget of one desire: whichever is spent first. */
  readonly storeAttemptsMax: number;
  readonly storeRetryBudgetMs: number;
  readonly storeRetryBaseMs: number;
  readonly storeRetryMaxMs: number;
  /** So many failures in a row open the breaker, for so long. */
  readonly breakerFailuresMax: number;
  readonly breakerOpenMs: number;

  readonly feedRestartBaseMs: number;
  readonly feedRestartMaxMs: number;
  /** So many failures of a feed in a row are told to a human being. */
  readonly feedFailuresMax: number;

  /** An orderly stop gives up after so long. */
  readonly stopWithinMs: number;
}

const defaults: Limits = {
  pingAfterMs: 25_000,
  pongWithinMs: 10_000,
  authenticateWithinMs: 10_000,
  sweepEveryMs: 5_000,
  payloadMaxBytes: 16 * 1024,
  commentMaxCharacters: 500,
  subscriptionsMax: 128,
  connectionsMax: 20_000,
  connectionsPerUserMax: 8,
  outboxConflateBytes: 64 * 1024,
  outboxMaxBytes: 1024 * 1024,
  framesBurst: 160,
  framesPerSecond: 20,
  failedAuthenticationsBurst: 20,
  failedAuthenticationsPerMinute: 20,
  refusalsMax: 32,
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
  stopWithinMs: 5_000,
};

/** What must hold between limits, in words that name them. */
const relations: readonly (readonly [text: string, holds: (limits: Limits) => boolean])[] = [
  ['sweepEveryMs < pingAfterMs', (l) => l.sweepEveryMs < l.pingAfterMs],
  ['sweepEveryMs <= pongWithinMs', (l) => l.sweepEveryMs <= l.pongWithinMs],
  ['commentMaxCharacters < payloadMaxBytes', (l) => l.commentMaxCharacters < l.payloadMaxBytes],
  ['connectionsPerUserMax <= connectionsMax', (l) => l.connectionsPerUserMax <= l.connectionsMax],
  ['payloadMaxBytes <= outboxConflateBytes', (l) => l.payloadMaxBytes <= l.outboxConflateBytes],
  ['outboxConflateBytes < outboxMaxBytes', (l) => l.outboxConflateBytes < l.outboxMaxBytes],
  // A client may take all its subscriptions at once.
  ['subscriptionsMax < framesBurst', (l) => l.subscriptionsMax < l.framesBurst],
  // Two renewals may fail before a living connection's row is lost.
  ['leaseRenewEveryMs * 3 <= leaseMs', (l) => l.leaseRenewEveryMs * 3 <= l.leaseMs],
  ['reconcileEveryMs <= leaseRenewEveryMs', (l) => l.reconcileEveryMs <= l.leaseRenewEveryMs],
  ['storeTimeoutMs < leaseRenewEveryMs', (l) => l.storeTimeoutMs < l.leaseRenewEveryMs],
  ['storeTimeoutMs <= storeRetryBudgetMs', (l) => l.storeTimeoutMs <= l.storeRetryBudgetMs],
  ['storeRetryBudgetMs < leaseMs', (l) => l.storeRetryBudgetMs < l.leaseMs],
  ['storeRetryBaseMs <= storeRetryMaxMs', (l) => l.storeRetryBaseMs <= l.storeRetryMaxMs],
  // Otherwise a round of the reconciler could find the breaker always open.
  ['breakerOpenMs < reconcileEveryMs', (l) => l.breakerOpenMs < l.reconcileEveryMs],
  ['feedRestartBaseMs <= feedRestartMaxMs', (l) => l.feedRestartBaseMs <= l.feedRestartMaxMs],
];

/** The table with some limits replaced. Throws RangeError when a limit is no positive integer or a relation is broken. */
export function limits(overrides: Partial<Limits> = {}): Limits {
  const table: Limits = Object.freeze({ ...defaults, ...overrides });
  for (const [name, value] of Object.entries(table) as [string, unknown][]) {
    if (!Number.isSafeInteger(value) || (value as number) <= 0)
      throw new RangeError(`limit ${name} must be a positive integer`);
  }
  for (const [text, holds] of relations) {
    if (!holds(table)) throw new RangeError(`limits must keep ${text}`);
  }
  return table;
}
