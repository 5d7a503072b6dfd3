import type { Identity } from './auth.ts';
import type { TokenBucket } from './limiter.ts';
import type { Outbox } from './outbox.ts';
import type { Socket } from './ports.ts';
import type { Strikes } from './strikes.ts';

export type ConnectionState = 'pending' | 'authenticated' | 'closed';

/**
 * The record of one connection. Only the registry changes the read-only fields and keeps a table of
 * connections.
 */
export interface Connection {
  readonly id: string;
  /** Its place in the order in which connections were opened, from 1. */
  readonly number: number;
  readonly socket: Socket;
  readonly outbox: Outbox;
  readonly state: ConnectionState;
  /** Null until authenticated. */
  readonly identity: Identity | null;
  readonly subscriptions: ReadonlySet<string>;
  /** Monotonic time. */
  readonly openedAtMs: number;
  /** Wall time of the authentication; 0 before. */
  readonly sinceMs: number;

  /** Monotonic time of the authentication; 0 before. */
  enteredAtMs: number;
  /** The same by the clock of the store, which all nodes share; null until it is known. */
  enteredAtStoreMs: number | null;
  /** Monotonic time of the last frame or pong from the client. */
  heardAtMs: number;
  /** Monotonic time of a ping that has not been answered yet, or null. */
  pingedAtMs: number | null;
  /** Null until a request is refused: most clients never send one that is. */
  strikes: Strikes | null;
  /** Null while it is full, as that of an idle client is. */
  frames: TokenBucket | null;
  /** It was sent `slow_down`, and has been too fast since. */
  isWarned: boolean;
}
