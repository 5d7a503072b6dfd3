/**
 * What listeners rely on: a message that was posted after a subscription was in force, and that is
 * in the history of its room, reaches the listener if it stays. No listener receives a message
 * twice. The protocol does not tell when a subscription is in force, so the property takes the
 * moment when the first message arrived. When the system has settled, all must be in force.
 */
import type { Checker, CheckerView, Property, RunRecord } from 'seedstorm';

export const subscribersReceive: Property = {
  id: 'subscribers-receive',
  kind: 'always',
  description: 'Listeners that stay receive each message that is posted after their first, and none twice.',
  marks: ['a message was due to another node'],
  checker: (view) => new SubscribersReceive(view),
};

type FrameRecord = Extract<RunRecord, { type: 'frame' }>;

interface Subscription {
  readonly link: string;
  readonly node: string;
  readonly room: string;
  /** The messages received, by id, in their order. */
  readonly received: Set<string>;
}

interface Message {
  readonly id: string;
  readonly room: string;
}

class SubscribersReceive implements Checker {
  readonly observes = ['frame', 'fault'] as const;
  readonly #view: CheckerView;
  /** By connection and id of the operation: `listener-1#1 a8f3…`. */
  readonly #subscriptions = new Map<string, Subscription>();

  constructor(view: CheckerView) {
    this.#view = view;
  }

  observe(record: RunRecord): void {
    if (record.type === 'fault' && record.kind === 'settled') this.#settled();
    if (record.type !== 'frame') return;
    if (record.kind === 'close') this.#closed(record.link);
    else if (record.kind === 'text') this.#frame(record);
  }

  #frame({ link, node, direction, phase, text }: FrameRecord): void {
    const { id = '', type, payload } = JSON.parse(text) as { id?: string; type: string; payload?: unknown };
    const name = `${link} ${id}`;
    if (direction === 'up' && phase === 'sent') {
      const { query = '', variables } = (payload ?? {}) as { query?: string; variables?: { room: string } };
      if (type === 'subscribe' && query.startsWith('subscription'))
        this.#subscriptions.set(name, { link, node, room: variables?.room ?? '', received: new Set() });
      // A client that has completed a subscription drops what still arrives for it.
      if (type === 'complete') this.#subscriptions.delete(name);
    } else if (direction === 'down' && phase === 'delivered') {
      const subscription = this.#subscriptions.get(name);
      if (type === 'complete' || type === 'error') this.#subscriptions.delete(name);
      const { data } = (payload ?? {}) as { data?: { messages?: { id: string } } | null };
      if (type === 'next' && subscription !== undefined && data?.messages)
        this.#received(name, subscription, data.messages.id);
    }
  }

  #received(name: string, { received }: Subscription, id: string): void {
    this.#view.check(!received.has(id), () => ({ subject: 'twice', text: `${name} received ${id} a second time` }));
    received.add(id);
  }

  #closed(link: string): void {
    for (const [name, subscription] of this.#subscriptions)
      if (subscription.link === link) this.#subscriptions.delete(name);
  }

  #settled(): void {
    const nodes = new Set([...this.#subscriptions.values()].map(({ node }) => node));
    for (const [name, { node, room, received }] of this.#subscriptions) {
      const isInForce = this.#view.ledger.channels(node).includes(`chat:live:${room}`);
      this.#view.check(isInForce, () => ({
        subject: 'not subscribed',
        text: `${name} listens to ${room}, and ${node} is not subscribed to it`,
      }));
      const history = (this.#view.ledger.redisValue(`chat:history:${room}`) ?? []) as readonly string[];
      const ids = history.map((json) => (JSON.parse(json) as Message).id);
      const first = ids.findIndex((id) => received.has(id));
      if (first < 0) continue;
      if (nodes.size > 1) this.#view.mark('a message was due to another node');
      const missing = ids.slice(first).find((id) => !received.has(id));
      this.#view.check(missing === undefined, () => ({
        subject: 'not received',
        text: `${name} listens to ${room} and received ${ids[first]}, but not ${missing}, which came later`,
      }));
    }
  }
}
