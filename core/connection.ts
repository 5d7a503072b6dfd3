import type { Identity } from './auth.ts';
import type { TokenBucket } from './limiter.ts';
import type { Outbox } from './outbox.ts';
import type { Socket } from './ports.ts';

export type ConnectionState = 'pending' | 'authenticated' | 'closed';

/** The record of one connection. The registry alone changes what is read-only here; nobody else keeps a table of these. */
export interface Connection {
  readonly id: string;
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

  /** Monotonic time at which anything came from the other side. */
  heardAtMs: number;
  /** Monotonic time of a ping that nothing was heard after; null when there is none. */
  pingedAtMs: number | null;
  /** Error frames earned so far. */
  refusals: number;
  readonly frames: TokenBucket;
}

/** How a connection ends. */
export interface Farewell {
  readonly code: number;
  readonly reason: string;
  /** `close` starts the handshake; `terminate` drops a peer that would not answer one; `gone` when it has ended already. */
  readonly manner: 'close' | 'terminate' | 'gone';
}
