/**
 * Checks the history of one subscriber as it grows.
 */
import type { Breach, PublisherEvent, SubscriberEvent } from './events.ts';
import type { Guarantees } from './guarantees.ts';
import { Publications } from './publications.ts';
import { Subscription } from './subscription.ts';

export class SubscriberHistory {
  readonly #guarantees: Guarantees;
  readonly #publications: Publications;
  readonly #onBreach: (breach: Breach) => void;
  readonly #subscriptions = new Map<string, Subscription>();

  constructor(guarantees: Guarantees, publications: Publications, onBreach: (breach: Breach) => void) {
    this.#guarantees = guarantees;
    this.#publications = publications;
    this.#onBreach = onBreach;
  }

  /** Constant time on average. */
  observe(event: SubscriberEvent): void {
    if (event.type === 'closed') for (const subscription of this.#subscriptions.values()) subscription.close();
    else if (event.type === 'delivered') this.#of(event.channel).deliver(event.position, event.value);
    else if (event.type === 'revoked') this.#of(event.channel).end(event.position);
    else this.#of(event.channel).request(event);
  }

  /** Checks that all due messages arrived. Returns the number of channels with due messages. */
  settle(): number {
    let due = 0;
    for (const subscription of this.#subscriptions.values()) if (subscription.settle()) due += 1;
    return due;
  }

  #of(channel: string): Subscription {
    let subscription = this.#subscriptions.get(channel);
    if (subscription === undefined) {
      const report = (wrong: Omit<Breach, 'channel'>) => this.#onBreach({ ...wrong, channel });
      subscription = new Subscription(this.#guarantees, this.#publications.of(channel), report);
      this.#subscriptions.set(channel, subscription);
    }
    return subscription;
  }
}

/**
 * Checks the complete history of one subscriber and its publishers, which ends when the system has
 * settled.
 * @returns every breach, in the order of the history
 */
export function checkSubscriber(
  events: Iterable<SubscriberEvent | PublisherEvent>,
  guarantees: Guarantees,
): readonly Breach[] {
  const breaches: Breach[] = [];
  const publications = new Publications();
  const history = new SubscriberHistory(guarantees, publications, (breach) => breaches.push(breach));
  for (const event of events) {
    if (event.type === 'published' || event.type === 'restarted') publications.observe(event);
    else history.observe(event);
  }
  history.settle();
  return breaches;
}
