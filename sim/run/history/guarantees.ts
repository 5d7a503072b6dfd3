/**
 * What a system promises its subscribers. Each promise is chosen by itself; the shapes below are those that systems usually have.
 */

export interface Guarantees {
  /** `by-position`: what was not delivered before comes in the order of its positions. Holds within a subscription. */
  readonly order: 'by-position' | 'any';
  /** `none`: nothing is delivered twice within a subscription. */
  readonly duplicates: 'none' | 'allowed';
  /**
   * `none`: from the answer to a subscribe on, or from where a resume goes on, everything is delivered until the subscription ends.
   * `conflated`: what is newer may overtake, and what was overtaken is never delivered.
   */
  readonly gaps: 'none' | 'conflated';
  /** `nothing`: is delivered after an answered unsubscribe, a revocation or the connection's end, nor without a subscribe. */
  readonly afterEnd: 'nothing' | 'allowed';
  /** When all has settled, whoever is subscribed has the newest that was published since, or an equal value. */
  readonly newestInTheEnd: boolean;
}

/** Each message once and in order: a chat, a log, an order book's changes. */
export const everyMessageOnce: Guarantees = {
  order: 'by-position',
  duplicates: 'none',
  gaps: 'none',
  afterEnd: 'nothing',
  newestInTheEnd: true,
};

/** The newest state, of which steps may be left out: prices, positions, presence. */
export const newestState: Guarantees = { ...everyMessageOnce, gaps: 'conflated' };

/** Each message, some of them again: a queue whose acknowledgements may be lost. */
export const atLeastOnce: Guarantees = { ...everyMessageOnce, duplicates: 'allowed' };

/** Nothing twice, but what is lost is lost: plain Redis publish-subscribe, a datagram with a number. */
export const atMostOnce: Guarantees = { ...newestState, newestInTheEnd: false };
