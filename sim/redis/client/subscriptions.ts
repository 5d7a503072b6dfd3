/** A client's subscriptions on one connection, as far as the server has confirmed them. */
import type { EventEmitter } from 'node:events';
import { bytesOf } from '../model/bytes.ts';
import type { Confirmations } from '../model/reply.ts';
import type { Message } from '../server/session.ts';
import { decodeReply } from './conversions.ts';

type Kind = 'subscribe' | 'psubscribe' | 'ssubscribe';

const KINDS: Readonly<Record<string, Kind>> = {
  subscribe: 'subscribe',
  unsubscribe: 'subscribe',
  psubscribe: 'psubscribe',
  punsubscribe: 'psubscribe',
  ssubscribe: 'ssubscribe',
  sunsubscribe: 'ssubscribe',
};

export class Subscriptions {
  readonly #names: Readonly<Record<Kind, Set<string>>> = {
    subscribe: new Set(),
    psubscribe: new Set(),
    ssubscribe: new Set(),
  };
  /** Whether the connection is in subscriber mode, in which most commands are refused. */
  isSubscriber = false;

  names(kind: Kind): string[] {
    return [...this.#names[kind]];
  }

  confirm({ each }: Confirmations): void {
    for (const [command, channel, count] of each) {
      const kind = KINDS[command];
      const names = this.#names[kind ?? 'subscribe'];
      const isLeaving = command !== kind;
      if (channel !== null && isLeaving) names.delete(channel);
      else if (channel !== null) names.add(channel);
      this.isSubscriber = isLeaving ? this.isSubscriber && count > 0 : true;
    }
  }
}

/** Emits a message as text and, for listeners of `messageBuffer` and the like, as bytes. */
export function emitMessage(emitter: EventEmitter, { kind, pattern, channel, text }: Message): void {
  const bytes = kind === 'pmessage' ? [pattern, bytesOf(channel), bytesOf(text)] : [bytesOf(channel), bytesOf(text)];
  const texts =
    kind === 'pmessage' ? [pattern, channel, decodeReply(text, false)] : [channel, decodeReply(text, false)];
  if (emitter.listenerCount(kind) > 0) emitter.emit(kind, ...texts);
  if (emitter.listenerCount(`${kind}Buffer`) > 0) emitter.emit(`${kind}Buffer`, ...bytes);
}
