/**
 * Events between a publish-subscribe system and its subscribers. A history is a list of these
 * events, and its checker tests it against the system's guarantees.
 *
 * A subscriber has one ordered stream of answers and deliveries: it is a connection, or a client
 * that resumes after losing one. The order of the stream is authoritative: a message delivered
 * before an answer was sent before the answered request took effect. A channel is anything that can
 * be subscribed to. Positions are consecutive integers that the publisher assigns to the messages
 * of a channel.
 */
import type { OperationRecord } from '../../kernel/record.ts';

export type SubscriberEvent =
  | {
      /**
       * `resume`: subscribes and requests the missed messages. Answers of one type and channel
       * arrive in the order of the requests.
       */
      readonly type: 'subscribe' | 'resume' | 'unsubscribe';
      /**
       * `unknown`: the request may have taken effect, or may still do so. An answer without a
       * request since the last end is ignored.
       */
      readonly phase: OperationRecord['phase'];
      readonly channel: string;
      /**
       * When a resume begins: the last position that the subscriber has, by default the last
       * delivered. In the answer to a subscribe: the last position before the subscription. In the
       * answer to an unsubscribe: the last position of the subscription.
       */
      readonly position?: number;
    }
  /**
   * The system ended the subscription and notified the subscriber. `position`: as in the answer to
   * an unsubscribe.
   */
  | { readonly type: 'revoked'; readonly channel: string; readonly position?: number }
  | { readonly type: 'delivered'; readonly channel: string; readonly position: number; readonly value?: string }
  /**
   * The connection closed, which ended all its subscriptions. `forGood`: no subscriber of this name
   * resumes, so its state is dropped. Set it if subscribers are connections: otherwise memory grows
   * with each connection of a long run.
   */
  | { readonly type: 'closed'; readonly forGood?: boolean };

export type PublisherEvent =
  /** `value`: lets `newestInTheEnd` accept a message with an equal value. */
  | { readonly type: 'published'; readonly channel: string; readonly position: number; readonly value?: string }
  /** The publisher starts its positions again. Subscribers must not observe the restart. */
  | { readonly type: 'restarted'; readonly channel: string };

/** One line of the history of a system with many subscribers. */
export type HistoryEvent = PublisherEvent | (SubscriberEvent & { readonly subscriber: string });

/** A violation of a guarantee. */
export interface Breach {
  readonly kind: 'order' | 'duplicate' | 'gap' | 'after-end' | 'newest';
  readonly channel: string;
  /** The delivered position, or the first missing one. */
  readonly position: number;
  /** The description, which follows the subscriber's name. */
  readonly text: string;
}
