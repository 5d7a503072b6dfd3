import type { Identity } from './auth.ts';
import type { Farewell } from './closings.ts';
import type { Connection } from './connection.ts';
import { MultiMap } from './multi-map.ts';
import type { Probe } from './ports.ts';

/** One step of ending a connection. It may throw: the other steps still run. */
export interface TeardownStep {
  readonly name: string;
  run(connection: Connection, farewell: Farewell, symbols: readonly string[]): void;
}

export interface RegistryParts {
  readonly probe: Probe;
  readonly steps: readonly TeardownStep[];
  /** Called when a step threw. Must not throw. */
  readonly stepFailed: (step: string, connection: Connection, error: unknown) => void;
}

/** A connection as the registry may change it. */
type Entry = { -readonly [Name in keyof Connection]: Connection[Name] } & { subscriptions: Set<string> };

export type NewConnection = Pick<Connection, 'id' | 'socket' | 'outbox' | 'openedAtMs'>;

/**
 * All connections, indexed by symbol and by user. Table and indices change in the same synchronous
 * step. Methods return snapshots, so no caller iterates over a table that changes.
 */
export class Registry {
  readonly #parts: RegistryParts;
  readonly #entries = new Map<string, Entry>();
  readonly #bySymbol = new MultiMap<string, Entry>();
  /**
   * Never empty, and replaced instead of changed. Most users have one connection, and a set for it
   * would take 200 bytes.
   */
  readonly #byUser = new Map<string, readonly Entry[]>();
  /** Subscriptions of connections that never had any, which are many. Stays empty. */
  readonly #none = new Set<string>();
  #opened = 0;
  #authenticated = 0;
  #subscriptions = 0;

  constructor(parts: RegistryParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#entries.size;
  }

  get authenticatedCount(): number {
    return this.#authenticated;
  }

  get subscriptionCount(): number {
    return this.#subscriptions;
  }

  /** Adds a pending connection. */
  open(connection: NewConnection): Connection {
    const number = (this.#opened += 1);
    // Each field by name: copying such an object takes twice the memory.
    const entry: Entry = {
      id: connection.id,
      number,
      socket: connection.socket,
      outbox: connection.outbox,
      state: 'pending',
      identity: null,
      subscriptions: this.#none,
      openedAtMs: connection.openedAtMs,
      sinceMs: 0,
      enteredAtMs: 0,
      enteredAtStoreMs: null,
      heardAtMs: connection.openedAtMs,
      pingedAtMs: null,
      strikes: null,
      frames: null,
      isWarned: false,
    };
    this.#entries.set(entry.id, entry);
    this.#parts.probe.note('connection.opened', { connection: entry.id });
    return entry;
  }

  /** Returns false and changes nothing unless the connection is pending. */
  authenticate(connection: Connection, identity: Identity, sinceMs: number): boolean {
    const entry = this.#entries.get(connection.id);
    if (entry?.state !== 'pending') return false;
    entry.state = 'authenticated';
    entry.identity = identity;
    entry.sinceMs = sinceMs;
    this.#authenticated += 1;
    this.#byUser.set(identity.user, (this.#byUser.get(identity.user) ?? []).concat(entry));
    this.#parts.probe.note('connection.authenticated', { connection: entry.id });
    return true;
  }

  /**
   * Replaces the identity of an authenticated connection by one of the same user. Returns false and
   * changes nothing otherwise.
   */
  refresh(connection: Connection, identity: Identity): boolean {
    const entry = this.#entries.get(connection.id);
    if (entry?.state !== 'authenticated' || entry.identity?.user !== identity.user) return false;
    entry.identity = identity;
    return true;
  }

  /** Idempotent. Ignored unless the connection is authenticated. */
  subscribe(connection: Connection, symbol: string): void {
    const entry = this.#entries.get(connection.id);
    if (entry?.state !== 'authenticated' || entry.subscriptions.has(symbol)) return;
    if (entry.subscriptions === this.#none) entry.subscriptions = new Set();
    entry.subscriptions.add(symbol);
    this.#bySymbol.add(symbol, entry);
    this.#subscriptions += 1;
  }

  /** Idempotent. */
  unsubscribe(connection: Connection, symbol: string): void {
    const entry = this.#entries.get(connection.id);
    if (entry === undefined || !entry.subscriptions.delete(symbol)) return;
    this.#bySymbol.remove(symbol, entry);
    this.#subscriptions -= 1;
  }

  /**
   * The only way in which a connection ends: removes the record, then runs every step, even if
   * others throw. Synchronous. Returns false and changes nothing if the connection has ended
   * already.
   */
  close(connection: Connection, farewell: Farewell): boolean {
    const entry = this.#entries.get(connection.id);
    if (entry === undefined) return false;
    const symbols = this.#remove(entry);
    this.#parts.probe.note('connection.closed', { connection: entry.id, code: farewell.code });
    for (const step of this.#parts.steps) {
      try {
        step.run(entry, farewell, symbols);
      } catch (error) {
        this.#parts.stepFailed(step.name, entry, error);
      }
    }
    return true;
  }

  /** The connection with that id. */
  find(id: string): Connection | undefined {
    return this.#entries.get(id);
  }

  /** All connections, oldest first. */
  living(): readonly Connection[] {
    return [...this.#entries.values()];
  }

  subscribersOf(symbol: string): readonly Connection[] {
    return this.#bySymbol.membersOf(symbol);
  }

  subscriberCount(symbol: string): number {
    return this.#bySymbol.sizeOf(symbol);
  }

  /** The users of authenticated connections. */
  users(): readonly string[] {
    return [...this.#byUser.keys()];
  }

  /** The authenticated connections of a user, oldest first. */
  connectionsOf(user: string): readonly Connection[] {
    return this.#byUser.get(user) ?? [];
  }

  /** Removes the record from the table and both indices. Never throws. */
  #remove(entry: Entry): readonly string[] {
    const symbols = [...entry.subscriptions];
    this.#entries.delete(entry.id);
    for (const symbol of symbols) this.#bySymbol.remove(symbol, entry);
    entry.subscriptions.clear();
    this.#subscriptions -= symbols.length;
    if (entry.identity !== null) this.#removeFrom(entry.identity.user, entry);
    if (entry.state === 'authenticated') this.#authenticated -= 1;
    entry.state = 'closed';
    return symbols;
  }

  #removeFrom(user: string, entry: Entry): void {
    const others = (this.#byUser.get(user) ?? []).filter((other) => other !== entry);
    if (others.length === 0) this.#byUser.delete(user);
    else this.#byUser.set(user, others);
  }
}
