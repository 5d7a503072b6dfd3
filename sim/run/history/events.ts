/**
 * What can happen between a publish-subscribe system and its subscribers, in the words that histories are judged in.
 *
 * A subscriber is whatever has a stream of its own in which answers and deliveries stand in order: a connection, or a client that
 * resumes after it lost one. The stream's order decides: what is delivered before an answer came before what was answered. A channel is
 * whatever is subscribed to. Positions are whole numbers that a publisher gives to what it publishes in a channel, each one more than the
 * one before it.
 */
import type { OperationRecord } from '../../kernel/record.ts';

export type SubscriberEvent =
  | {
      /** `resume`: subscribes and asks for what was missed. Answers of one kind and channel come in the order of the questions. */
      readonly type: 'subscribe' | 'resume' | 'unsubscribe';
      /** `unknown`: it may have taken effect, or may yet. An answer to what was never begun, or not since the end, says nothing. */
      readonly phase: OperationRecord['phase'];
      readonly channel: string;
      /**
       * The last position before those that are meant. Of a resume that begins: the last that the subscriber has, by default the last
       * delivered. Of an answered subscribe: the last before the subscription. Of an answered unsubscribe: the last of the subscription.
       */
      readonly position?: number;
    }
  /** The system ended the subscription by itself, and said so; `position` as of an answered unsubscribe. */
  | { readonly type: 'revoked'; readonly channel: string; readonly position?: number }
  | { readonly type: 'delivered'; readonly channel: string; readonly position: number; readonly value?: string }
  /**
   * The connection is gone, and all its subscriptions with it. `forGood`: nobody of this name resumes, so what is known of it is forgotten. A
   * scenario whose subscribers are connections says so, or a long run remembers them all.
   */
  | { readonly type: 'closed'; readonly forGood?: boolean };

export type PublisherEvent =
  /** `value` where equal values are as good as each other, for `newestInTheEnd`. */
  | { readonly type: 'published'; readonly channel: string; readonly position: number; readonly value?: string }
  /** The publisher counts from its start again. Whoever is subscribed must not see that. */
  | { readonly type: 'restarted'; readonly channel: string };

/** One line of the history of a system with many subscribers. */
export type HistoryEvent = PublisherEvent | (SubscriberEvent & { readonly subscriber: string });

/** How a promise was broken. */
export interface Breach {
  readonly kind: 'order' | 'duplicate' | 'gap' | 'after-end' | 'newest';
  readonly channel: string;
  /** The position delivered, or the first of those missing. */
  readonly position: number;
  /** In words, to follow the subscriber's name. */
  readonly text: string;
}
