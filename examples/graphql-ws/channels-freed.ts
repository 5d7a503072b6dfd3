/**
 * Resources are freed while a node runs: shortly after the last subscription to a room has ended on
 * a node, the node has no Redis channel for the room.
 */
import type { Checker, CheckerView, Property, RunRecord } from 'seedstorm';

/** Time for the system to notice, to finish what it is setting up, and to ask Redis. */
const GRACE_MS = 2000;

export const channelsFreed: Property = {
  id: 'channels-freed',
  risk: 'leak',
  kind: 'always',
  description: 'A node has no channel of a room that none of its clients is subscribed to.',
  checker: (view) => new ChannelsFreed(view),
};

type FrameRecord = Extract<RunRecord, { type: 'frame' }>;

interface Subscription {
  readonly link: string;
  /** `node-1 chat:live:red` */
  readonly channel: string;
}

class ChannelsFreed implements Checker {
  readonly observes = ['frame', 'node', 'command'] as const;
  readonly #view: CheckerView;
  /** By connection and id of the operation: `listener-1#1 a8f3…`. */
  readonly #subscriptions = new Map<string, Subscription>();
  /** When the last subscription to a channel ended. */
  readonly #endedAtMs = new Map<string, number>();
  readonly #otherNodes = new Set<string>();

  constructor(view: CheckerView) {
    this.#view = view;
  }

  observe(record: RunRecord): void {
    if (record.type === 'frame') this.#frame(record);
    else if (record.type === 'node' && record.version === 'other') this.#otherNodes.add(record.node);
    else if (record.type === 'node') this.#otherNodes.delete(record.node);
    this.#check(record.atMs);
  }

  #frame({ link, node, direction, phase, kind, text, atMs }: FrameRecord): void {
    if (kind === 'close') {
      for (const [name, subscription] of this.#subscriptions) if (subscription.link === link) this.#end(name, atMs);
    }
    if (kind !== 'text' || direction !== 'up' || phase !== 'sent') return;
    const { id = '', type, payload } = JSON.parse(text) as { id?: string; type: string; payload?: unknown };
    const name = `${link} ${id}`;
    const { query = '', variables } = (payload ?? {}) as { query?: string; variables?: { room: string } };
    if (type === 'complete') this.#end(name, atMs);
    if (type === 'subscribe' && query.startsWith('subscription'))
      this.#subscriptions.set(name, { link, channel: `${node} chat:live:${variables?.room ?? ''}` });
  }

  #end(name: string, atMs: number): void {
    const { channel = '' } = this.#subscriptions.get(name) ?? {};
    if (this.#subscriptions.delete(name)) this.#endedAtMs.set(channel, atMs);
  }

  #check(atMs: number): void {
    for (const node of this.#view.ledger.nodes())
      for (const room of this.#view.ledger.channels(node)) {
        const channel = `${node} ${room}`;
        const endedAtMs = this.#endedAtMs.get(channel) ?? atMs;
        if (atMs - endedAtMs < GRACE_MS) continue;
        const isUsed = [...this.#subscriptions.values()].some((subscription) => subscription.channel === channel);
        this.#view.check(isUsed, () => ({
          subject: 'channel',
          text:
            `the last subscription to ${room} on ${node} ended at ${(endedAtMs / 1000).toFixed(2)} s, ` +
            `but its channel is still open${this.#otherNodes.has(node) ? '; it runs the other version' : ''}`,
        }));
      }
  }
}
