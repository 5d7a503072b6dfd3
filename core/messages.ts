import * as z from 'zod';
import type { Connection } from './connection.ts';
import type { ErrorCode } from './errors.ts';
import type { Limits } from './limits.ts';
import type { Clock, MessageRelay, Metrics } from './ports.ts';
import { serialise, userPattern } from './protocol.ts';
import type { Registry } from './registry.ts';
import type { Replies } from './replies.ts';
import type { ContentCheck } from './sanitiser.ts';
import type { Supervisor } from './supervisor.ts';
import { withTimeout } from './with-timeout.ts';

export interface MessagesParts {
  readonly clock: Clock;
  readonly limits: Limits;
  readonly metrics: Pick<Metrics, 'count'>;
  readonly supervisor: Pick<Supervisor, 'spawn'>;
  readonly registry: Pick<Registry, 'subscribersOf' | 'living'>;
  readonly replies: Pick<Replies, 'send'>;
  readonly relay: MessageRelay;
  readonly symbols: ReadonlySet<string>;
  readonly contentProblem: ContentCheck;
  /** Different for each process. */
  readonly node: string;
}

const from = z.string().regex(userPattern);
const node = z.string().min(1).max(64);
const text = z.string();

/** What nodes send each other. Untrusted: another program may write to the same Redis. */
const relayedMessage = z.discriminatedUnion('type', [
  z.strictObject({ node, type: z.literal('comment'), symbol: z.string(), from, text }),
  z.strictObject({ node, type: z.literal('announcement'), from, text }),
]);

type Relayed = z.infer<typeof relayedMessage>;

/** A comment to the subscribers of its symbol, or an announcement to all authenticated clients. */
type WithoutNode<Message> = Message extends Relayed ? Omit<Message, 'node'> : never;
export type Message = WithoutNode<Relayed>;

const tag = { label: 'relay', owner: 'gateway' };

/** Comments and announcements: to the clients of this node, then to the other nodes. */
export class Messages {
  readonly #parts: MessagesParts;

  constructor(parts: MessagesParts) {
    this.#parts = parts;
    parts.relay.onText((relayed) => this.#receive(relayed));
  }

  /** Why a text may not be sent, or null. */
  problemOf(content: string): ErrorCode | null {
    const { limits, contentProblem } = this.#parts;
    if (content.length > limits.commentMaxCharacters) return 'comment_too_long';
    return content.trim() === '' ? 'comment_empty' : contentProblem(content);
  }

  /**
   * Sends a message without a problem at once to the clients of this node, then to other nodes. The
   * answer follows when the relay has confirmed it, or after `relayTimeoutMs` as `partial`. It is
   * not sent again: what was not confirmed may still arrive.
   */
  send(sender: Connection, message: Message, id: number): void {
    const { clock, limits, supervisor, replies, relay } = this.#parts;
    this.#deliver(message);
    const type = message.type === 'comment' ? 'commented' : 'announced';
    const relayed: Relayed = { node: this.#parts.node, ...message };
    const run = async (signal: AbortSignal): Promise<void> => {
      const published = relay.publish(JSON.stringify(relayed));
      const outcome = await withTimeout(clock, tag, limits.relayTimeoutMs, published, signal).catch(() => 'failed');
      replies.send(sender, { type, id, partial: outcome !== 'settled' });
    };
    supervisor.spawn(tag, run, { endsWithinMs: limits.relayTimeoutMs });
  }

  #receive(relayed: string): void {
    const message = this.#parse(relayed);
    if (message === null) this.#parts.metrics.count('messages_dropped');
    else if (message.node !== this.#parts.node) this.#deliver(message);
  }

  /** Null for what no node sends. */
  #parse(relayed: string): Relayed | null {
    const { limits, symbols } = this.#parts;
    if (relayed.length > limits.payloadMaxBytes) return null;
    let value: unknown;
    try {
      value = JSON.parse(relayed);
    } catch {
      return null;
    }
    const { data } = relayedMessage.safeParse(value);
    if (data === undefined || this.problemOf(data.text) !== null) return null;
    return data.type === 'comment' && !symbols.has(data.symbol) ? null : data;
  }

  #deliver(message: Message): void {
    const { registry } = this.#parts;
    if (message.type === 'comment') {
      const { type, symbol, from: user, text: content } = message;
      const comment = serialise({ type, symbol, from: user, text: content });
      for (const subscriber of registry.subscribersOf(symbol)) {
        // Ending an earlier subscriber may have ended this one too.
        if (subscriber.subscriptions.has(symbol)) subscriber.outbox.send(comment);
      }
      return;
    }
    const announcement = serialise({ type: message.type, from: message.from, text: message.text });
    for (const client of registry.living()) if (client.state === 'authenticated') client.outbox.send(announcement);
  }
}
