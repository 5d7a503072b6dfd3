/**
 * The ports of the gateway: everything it needs from outside, and nothing else. Read this file
 * first.
 *
 * All waiting goes through a port, and so does everything that differs between two runs: time,
 * identifiers, the network, the store. `adapters/` implements the ports for production. No other
 * file of `core` depends on an implementation.
 */

/**
 * Names background work by what it does and by its owner. Both are the same in every run of a seed.
 */
export interface WorkTag {
  /** For example `sweep`, `feed:AAPL`, `persist:conn:c-1`. */
  readonly label: string;
  /** The owner must outlive the work. For example `gateway`, `stream:AAPL`, `conn:c-1`. */
  readonly owner: string;
}

export interface Timer {
  /** Idempotent. `fire` is never called afterwards. */
  cancel(): void;
}

export interface Clock {
  /**
   * Milliseconds since an arbitrary start. Never jumps or goes back. For durations and deadlines.
   */
  monotonicMs(): number;
  /**
   * Milliseconds since 1970 UTC. May jump either way. For dates that leave the process, and for
   * tokens.
   */
  wallMs(): number;
  /** Calls `fire` once, after at least `delayMs`. An error thrown in `fire` crashes the process. */
  startTimer(tag: WorkTag, delayMs: number, fire: () => void): Timer;
}

export interface Entropy {
  /** A new identifier of at least 16 characters of [a-z0-9]. Unguessable in production. */
  id(label: string): string;
  /** Uniform in [0, 1). For jitter only. */
  fraction(label: string): number;
}

/** Receives events about the gateway's state. Has no effect on the gateway. */
export interface Probe {
  note(name: string, fields?: Readonly<Record<string, string | number | boolean>>): void;
}

/**
 * One listener serves many sockets: each call has the owner that was attached to the socket. A
 * listener for each would take much of the memory of an idle connection.
 */
export interface SocketListener<Owner> {
  /** One whole text frame. */
  onMessage(owner: Owner, text: string): void;
  /** A binary frame, whose content is dropped. */
  onBinary(owner: Owner): void;
  onPong(owner: Owner): void;
  /**
   * Called exactly once, as the last call. `code` is 1006 if the connection broke without a closing
   * handshake.
   */
  onClose(owner: Owner, code: number): void;
}

/** The server's end of an accepted WebSocket connection. */
export interface Socket {
  readonly remoteAddress: string;
  /** The subprotocol of the opening handshake, or empty. */
  readonly protocol: string;
  /** Bytes passed to `send` that are not yet sent to the network. */
  readonly bufferedBytes: number;
  /** Called once, before the first frame can arrive. */
  attach<Owner>(listener: SocketListener<Owner>, owner: Owner): void;
  /**
   * Sends one text frame. `onSent` is called exactly once, never inside this call: without an error
   * when the transport has taken the frame (which does not mean that it is delivered), or with one.
   * Throws SocketNotOpenError if the socket is closing or closed.
   */
  send(text: string, onSent: (error?: Error | null) => void): void;
  /** Throws SocketNotOpenError if the socket is closing or closed. */
  ping(): void;
  /** Starts the closing handshake. Idempotent, never throws. `onClose` follows within 30 s. */
  close(code: number, reason: string): void;
  /**
   * Drops the connection without a handshake. Idempotent, never throws. `onClose(1006)` follows.
   */
  terminate(): void;
}

/** Thrown by `Socket.send` and `Socket.ping` on a socket that is closing or closed. */
export class SocketNotOpenError extends Error {
  override readonly name = 'SocketNotOpenError';
}

/** The stored data of one open connection. */
export interface ConnectionRow {
  readonly connection: string;
  readonly node: string;
  readonly user: string;
  readonly role: string;
  /** Wall time. */
  readonly sinceMs: number;
}

/**
 * Stores the rows of open connections outside the process, under `conn:<connection>`. Every call
 * may fail.
 */
export interface ConnectionStore {
  /** Writes or renews a row, which expires after `leaseMs`. Atomic, idempotent. */
  put(row: ConnectionRow, leaseMs: number): Promise<void>;
  /** Idempotent: removing an absent row succeeds. */
  remove(connection: string): Promise<void>;
  /** Closes the connection to the store when it has answered what is in flight. */
  close(): Promise<void>;
  /** Drops the connection to the store at once. Idempotent. */
  drop(): void;
}

export type RevokedSubject = 'user' | 'token';

/** All tokens that a user had at a time, or one token, must no longer be accepted. */
export interface Revocation {
  readonly subject: RevokedSubject;
  /** The user, or the identifier of the token. */
  readonly name: string;
  /** Wall time. */
  readonly revokedAtMs: number;
  /** Wall time at which the last of the tokens has expired. */
  readonly expiresAtMs: number;
}

/** Revocations that all nodes share. Every call may fail. */
export interface RevocationStore {
  /** Adds or replaces revocations and sets the version, at once. Idempotent. */
  add(revocations: readonly Revocation[], version: string): Promise<void>;
  /** The version that the last `add` of any node has set; null if the store has no data. */
  version(): Promise<string | null>;
  read(): Promise<{ readonly version: string | null; readonly revocations: readonly Revocation[] }>;
  /** Removes expired revocations. Idempotent. */
  forget(revocations: readonly Revocation[]): Promise<void>;
  /**
   * Calls `listener` soon after an `add` of another node, and after a connection to the store. It
   * may miss some.
   */
  onChange(listener: () => void): void;
}

/** An open connection of a user. */
export interface UserConnection {
  readonly connection: string;
  /** When it was authenticated, by the clock of the store. */
  readonly sinceMs: number;
}

/** The open connections of users at all nodes, by node. Every call may fail. */
export interface UserStore {
  /**
   * Says that `node` lives for `leaseMs` from now. `isKnown`: the store knew that it lived.
   * `timeMs`: the clock of the store.
   */
  beat(node: string, leaseMs: number): Promise<{ readonly timeMs: number; readonly isKnown: boolean }>;
  /** Says that `node` no longer lives. Idempotent. */
  leave(node: string): Promise<void>;
  /**
   * Replaces the connections of a user at one node. Kept for at least `leaseMs` from `timeMs`, the
   * clock of the store. Returns those at all nodes, also at nodes that no longer live. Idempotent.
   */
  put(
    user: string,
    node: string,
    connections: readonly UserConnection[],
    lease: { readonly timeMs: number; readonly leaseMs: number },
  ): Promise<ReadonlyMap<string, readonly UserConnection[]>>;
  /** Those of the nodes that live. */
  living(nodes: readonly string[]): Promise<ReadonlySet<string>>;
  /** Asks all nodes to look at a user. `timeMs`: the clock of the store. Idempotent. */
  report(user: string, timeMs: number): Promise<void>;
  /** The users that were reported since then. */
  reported(sinceMs: number): Promise<readonly string[]>;
}

/** The frames of users that all nodes have read, in token buckets. Every call may fail. */
export interface RateStore {
  /** The users who have sent fast since then. `timeMs`: the clock of the store. */
  fastUsers(sinceMs: number): Promise<{ readonly timeMs: number; readonly users: readonly string[] }>;
  /**
   * Adds frames that a node has read, the first of them at `sinceMs` by the clock of the store, or
   * none if that was longer ago than `lateAfterMs`. Resolves to the time in ms until the bucket is
   * full, which gains `perSecond` tokens. Not idempotent.
   */
  addFrames(
    user: string,
    frames: { readonly count: number; readonly sinceMs: number; readonly lateAfterMs: number },
    perSecond: number,
  ): Promise<number>;
}

/** Passes texts between the nodes. */
export interface MessageRelay {
  /**
   * Sends a text to all nodes, this one included. Resolves when that is certain for all that
   * receive at the time. After a rejection, or without an answer, it may still arrive.
   */
  publish(text: string): Promise<void>;
  /** Calls `listener` with each text of any node, in the order of that node. It may miss some. */
  onText(listener: (text: string) => void): void;
}

export interface Price {
  readonly symbol: string;
  readonly price: number;
  /** Names one run of the source: 1 to 64 characters. */
  readonly epoch: string;
  /** Counts the prices of the symbol in the epoch, from 1. The source assigns it, once. */
  readonly sequence: number;
  /** When the price was quoted: a day or a moment, ISO 8601. */
  readonly quotedAt: string;
}

export interface PriceFeed {
  readonly symbols: ReadonlySet<string>;
  /**
   * Prices of one symbol until `signal` aborts, which ends the iteration normally. Throws when it
   * has lost the source: prices may be missed until the next iteration.
   */
  prices(symbol: string, signal: AbortSignal): AsyncIterable<Price>;
}

/**
 * One line of the security audit. Never contains a token, the text of a frame or another secret.
 */
export interface AuditEntry {
  readonly event: string;
  readonly connection: string;
  readonly user?: string;
  readonly code?: string;
}

export interface Audit {
  write(entry: AuditEntry): void;
}

/** Alerts an operator. Used for failures that the gateway cannot recover from. */
export interface Alerts {
  raise(alert: { readonly name: string; readonly about: string; readonly text: string }): void;
}

export type CounterName =
  | 'refusals'
  | 'closings'
  | 'store_errors'
  | 'store_retries'
  | 'conflated_prices'
  | 'unpublished_prices'
  | 'messages_dropped';

/** Counts events for operators. Must not throw. */
export interface Metrics {
  /** @param label a code of the gateway's own tables: never text from outside */
  count(name: CounterName, label?: string): void;
}

/** Everything the gateway is composed from. */
export interface GatewayPorts {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly probe: Probe;
  readonly store: ConnectionStore;
  readonly revocations: RevocationStore;
  readonly users: UserStore;
  readonly rates: RateStore;
  readonly relay: MessageRelay;
  readonly feed: PriceFeed;
  readonly audit: Audit;
  readonly alerts: Alerts;
  readonly metrics: Metrics;
}
