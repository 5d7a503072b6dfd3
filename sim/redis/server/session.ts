/**
 * One connection to the simulated Redis, as both of its ends know it.
 */
import { type Scope, scopeOf } from '../../kernel/draws.ts';
import type { Domain, Entry } from '../../kernel/heap.ts';
import { ConnectionState } from './connection-state.ts';

/** What a subscriber is sent. `pattern` is the one that the channel fits, of those subscribed by pattern. */
export interface Message {
  readonly kind: 'message' | 'pmessage' | 'smessage';
  readonly pattern: string;
  readonly channel: string;
  readonly text: string;
}

export interface Session {
  readonly node: string;
  /** `node-1.redis-1#2`: the second connection of the first client of node-1. */
  readonly connection: string;
  readonly scope: Scope;
  readonly process: Domain;
  /** What the server keeps of the connection: it ends with it. */
  readonly state: ConnectionState;
  open: boolean;
  /** False when the client's end can take nothing more, although the client has not been told yet. */
  writable: boolean;
  /** The client's process is gone: what is on its way may still be applied, and nobody hears of it. */
  abandoned: boolean;
  lastArrivalUs: number;
  lastReply: { readonly entry: Entry; readonly batch: (() => void)[] } | null;
  onBroken(how: 'reset' | 'ended'): void;
  onMessage(message: Message): void;
}

export function createSession(
  client: { readonly node: string; readonly process: Domain; readonly connection: string },
  ends: Pick<Session, 'onBroken' | 'onMessage'>,
): Session {
  return {
    ...client,
    ...ends,
    scope: scopeOf(client.connection),
    state: new ConnectionState(),
    open: false,
    writable: true,
    abandoned: false,
    lastArrivalUs: 0,
    lastReply: null,
  };
}
