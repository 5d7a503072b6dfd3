/**
 * The seams of the gateway: everything it needs from outside, and nothing else. Read this file first.
 *
 * Whatever waits, waits through a port; whatever differs between two runs (time, identity, the network, the store) comes in
 * through a port. Adapters in `adapters/` fulfil these for production; nothing in `core` knows of any other fulfilment.
 */

/** Names a piece of background work: what it is (`label`) and whose it is (`owner`). Both stay the same from run to run. */
export interface WorkTag {
  /** What the work is, in stable words: `sweep`, `feed:AAPL`, `persist:conn:c-1`. */
  readonly label: string;
  /** Who must outlive the work: `gateway`, `stream:AAPL`, `conn:c-1`. */
  readonly owner: string;
}

export interface Timer {
  /** Idempotent; after it `fire` is never called. */
  cancel(): void;
}

export interface Clock {
  /** Milliseconds since some start; never jumps, never goes back. For durations and deadlines. */
  monotonicMs(): number;
  /** Milliseconds since 1970 UTC; may jump either way. For dates that leave the process and for tokens. */
  wallMs(): number;
  /** Calls `fire` once, `delayMs` or more from now. A throw in `fire` is a crash of the process. */
  startTimer(tag: WorkTag, delayMs: number, fire: () => void): Timer;
}

export interface Entropy {
  /** A fresh identifier, unguessable in production: 16 or more characters of [a-z0-9]. */
  id(label: string): string;
  /** Uniform in [0, 1); for jitter only. */
  fraction(label: string): number;
}

/** What the gateway tells of itself. Telling has no effect on it; nobody answers. */
export interface Probe {
  note(name: string, fields?: Readonly<Record<string, string | number | boolean>>): void;
}

export interface SocketListener {
  /** One whole text frame. A binary frame never arrives here: the adapter closes 1003 for it. */
  onMessage(text: string): void;
  onPong(): void;
  /** Exactly once, last of all. `code` is 1006 when the connection broke without a closing handshake. */
  onClose(code: number): void;
}

/** One accepted WebSocket connection, seen from the server. */
export interface Socket {
  readonly remoteAddress: string;
  /** Bytes given to `send` that the network has not taken yet. */
  readonly bufferedBytes: number;
  /** Set once, before the first frame can arrive. */
  attach(listener: SocketListener): void;
  /**
   * Hands over one text frame. `onSent` is called exactly once, later, never inside this call: with null when the transport
   * took the frame (which says nothing of its delivery), or with an error.
   * Throws SocketNotOpenError when the socket is closing or closed.
   */
  send(text: string, onSent: (error: Error | null) => void): void;
  /** Throws SocketNotOpenError when the socket is closing or closed. */
  ping(): void;
  /** Starts the closing handshake; idempotent; never throws. `onClose` follows, after 30 s at the latest. */
  close(code: number, reason: string): void;
  /** Drops the connection without a handshake; idempotent; never throws. `onClose(1006)` follows. */
  terminate(): void;
}

/** Thrown by `Socket.send` and `Socket.ping` on a socket that is closing or closed. */
export class SocketNotOpenError extends Error {
  override readonly name = 'SocketNotOpenError';
}

/** What the store keeps of one living connection. */
export interface ConnectionRow {
  readonly connection: string;
  readonly node: string;
  readonly user: string;
  readonly role: string;
  /** Wall time. */
  readonly sinceMs: number;
}

/** Keeps the rows of living connections outside the process, one key each (`conn:<connection>`). Every call may fail. */
export interface ConnectionStore {
  /** Writes or renews a row; it vanishes by itself `leaseMs` later. Atomic, idempotent. */
  put(row: ConnectionRow, leaseMs: number): Promise<void>;
  /** Idempotent: removing what is not there succeeds. */
  remove(connection: string): Promise<void>;
  /** Releases what the store holds open. */
  close(): Promise<void>;
}

export interface Price {
  readonly symbol: string;
  readonly price: number;
  /** Grows by one with each price of its symbol within one feed subscription. */
  readonly sequence: number;
  /** The day or moment the price was quoted at, ISO 8601. */
  readonly quotedAt: string;
}

export interface PriceFeed {
  readonly symbols: ReadonlySet<string>;
  /** Prices of one symbol until `signal` aborts, which ends the iteration without a throw. Throws when the source breaks. */
  prices(symbol: string, signal: AbortSignal): AsyncIterable<Price>;
}

/** One line of the security audit. Never carries a token, a frame's text or anything else secret. */
export interface AuditEntry {
  readonly event: string;
  readonly connection: string;
  readonly user?: string;
  readonly code?: string;
}

export interface Audit {
  write(entry: AuditEntry): void;
}

/** Tells a human being. Called for what the gateway can't repair by itself. */
export interface Alerts {
  raise(alert: { readonly name: string; readonly about: string; readonly text: string }): void;
}

/** Everything the gateway is composed from. */
export interface GatewayPorts {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly probe: Probe;
  readonly store: ConnectionStore;
  readonly feed: PriceFeed;
  readonly audit: Audit;
  readonly alerts: Alerts;
}
