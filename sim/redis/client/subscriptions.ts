/** What a client is subscribed to on one connection, as far as it has been told. */
import type { EventEmitter } from 'node:events';
import { bytesOf } from '../model/bytes.ts';
import type { Confirmations } from '../model/reply.ts';
import type { Message } from '../server/session.ts';
import { valueOf } from './values.ts';

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
  /** Then nothing else may be asked. */
  isSubscriber = false;

  names(kind: Kind): string[] {
    return [...this.#names[kind]];
  }

  /** Takes over what the server has confirmed. */
  confirm({ each }: Confirmations): void {
    for (const [kind, channel, count] of each) {
      const names = this.#names[KINDS[kind] ?? 'subscribe'];
      const isLeaving = kind !== KINDS[kind];
      if (channel !== null && isLeaving) names.delete(channel);
      else if (channel !== null) names.add(channel);
      this.isSubscriber = isLeaving ? this.isSubscriber && count > 0 : true;
    }
  }
}

/** Hands a message on: as text to whoever listens for text, and as bytes. */
export function emitMessage(emitter: EventEmitter, { kind, pattern, channel, text }: Message): void {
  const event = kind;
  const bytes = kind === 'pmessage' ? [pattern, bytesOf(channel), bytesOf(text)] : [bytesOf(channel), bytesOf(text)];
  const texts = kind === 'pmessage' ? [pattern, channel, valueOf(text, false)] : [channel, valueOf(text, false)];
  if (emitter.listenerCount(event) > 0) emitter.emit(event, ...texts);
  if (emitter.listenerCount(`${event}Buffer`) > 0) emitter.emit(`${event}Buffer`, ...bytes);
}
