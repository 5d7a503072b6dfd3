/** One connection to the simulated Redis: what its two ends share. */
import { type Scope, scopeOf } from '../../kernel/draws.ts';
import type { Fault } from '../../kernel/fault.ts';
import type { Domain, Entry } from '../../kernel/heap.ts';
import { ConnectionState } from './connection-state.ts';

/**
 * A published message, or a line of MONITOR, whose channel is empty. `pattern` is the subscribed
 * pattern that the channel matches; empty for other kinds than `pmessage`.
 */
export interface Message {
  readonly kind: 'message' | 'pmessage' | 'smessage' | 'monitor';
  readonly pattern: string;
  readonly channel: string;
  readonly text: string;
}

/** The other end reset the connection or ended it, or did not acknowledge what was sent. */
export type BrokenHow = 'reset' | 'ended' | 'unacknowledged';

export interface Session {
  readonly node: string;
  /** `node-1.1.redis-1#2`: the second connection of the first client of node-1's first process. */
  readonly connection: string;
  readonly scope: Scope;
  readonly process: Domain;
  readonly state: ConnectionState;
  open: boolean;
  /** The server has answered a command without an error. */
  ready: boolean;
  /** The step in which the connection was established; -1 before. */
  openedAtStep: number;
  /** False when the client's end can take nothing more, which the client has not noticed yet. */
  writable: boolean;
  /** The server's end is gone, and the client has not been notified. */
  isVanished: boolean;
  /** Nothing on its way to the server arrives any longer, whatever the client does. */
  isBroken: boolean;
  /** How often the server had gone down when it accepted the connection. */
  acceptedAfterDowns: number;
  /**
   * The client's end is gone. Unless the connection has broken, commands on their way may still be
   * applied; replies go nowhere.
   */
  abandoned: boolean;
  /** When the last command sent arrives at the server. */
  lastArrivalUs: number;
  /** The last turn in which something arrives at the client, and what arrives in it. */
  lastReply: { readonly entry: Entry; readonly batch: (() => void)[] } | null;
  /** Called when the client notices that the connection has broken. */
  onBroken(how: BrokenHow): void;
  onMessage(message: Message): void;
  /** The client sent a command that is not simulated; `what` names it. */
  onNotSimulated(what: string): void;
}

/** True unless the fault hits only the other connections of its target. */
export function concerns({ connection }: Fault, { state }: Session): boolean {
  return connection === undefined || (connection === 'subscriber') === state.isSubscriber;
}

export function createSession(
  { node, process, connection }: { readonly node: string; readonly process: Domain; readonly connection: string },
  { onBroken, onMessage, onNotSimulated }: Pick<Session, 'onBroken' | 'onMessage' | 'onNotSimulated'>,
): Session {
  // Each property by name: in Node 20, an object that begins with a spread and then grows is slow.
  return {
    node,
    process,
    connection,
    onBroken,
    onMessage,
    onNotSimulated,
    scope: scopeOf(connection),
    state: new ConnectionState(),
    open: false,
    ready: false,
    openedAtStep: -1,
    writable: true,
    isVanished: false,
    isBroken: false,
    acceptedAfterDowns: 0,
    abandoned: false,
    lastArrivalUs: 0,
    lastReply: null,
  };
}
