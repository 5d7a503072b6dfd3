/**
 * Guarantees of a publish-subscribe system to its subscribers. Each can be chosen separately; the
 * constants below are the usual combinations.
 */

export interface Guarantees {
  /**
   * `by-position`: within a subscription, first deliveries come in the order of their positions.
   */
  readonly order: 'by-position' | 'any';
  /** `none`: no message is delivered twice within a subscription. */
  readonly duplicates: 'none' | 'allowed';
  /**
   * `none`: every message is delivered from the answer to a subscribe, or from the position at
   * which a resume continues, until the subscription ends. `conflated`: a newer message may replace
   * older ones, which are then never delivered.
   */
  readonly gaps: 'none' | 'conflated';
  /**
   * `nothing`: no message is delivered after an answered unsubscribe, a revocation or the end of
   * the connection, or without a subscribe.
   */
  readonly afterEnd: 'nothing' | 'allowed';
  /**
   * When the system has settled, each subscriber has the newest message published since it
   * subscribed, or one of equal value.
   */
  readonly newestInTheEnd: boolean;
}

/** Each message once and in order: a chat, a log, changes of an order book. */
export const everyMessageOnce: Guarantees = {
  order: 'by-position',
  duplicates: 'none',
  gaps: 'none',
  afterEnd: 'nothing',
  newestInTheEnd: true,
};

/** The newest state, with intermediate states left out: prices, positions, presence. */
export const newestState: Guarantees = { ...everyMessageOnce, gaps: 'conflated' };

/** Each message at least once: a queue whose acknowledgements may be lost. */
export const atLeastOnce: Guarantees = { ...everyMessageOnce, duplicates: 'allowed' };

/**
 * No message twice, but lost ones are not repeated: Redis publish-subscribe, numbered datagrams.
 */
export const atMostOnce: Guarantees = { ...newestState, newestInTheEnd: false };
