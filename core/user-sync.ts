import type { ClosingCode } from './closings.ts';
import { closings } from './closings.ts';
import type { Connection } from './connection.ts';
import type { UserConnection, UserStore } from './ports.ts';
import type { RoundsParts } from './rounds.ts';
import { Rounds } from './rounds.ts';
import { StoreTime } from './store-time.ts';

export interface UserSyncParts extends RoundsParts {
  /** Names this process: no other one ever has the same name. */
  readonly node: string;
  readonly store: UserStore;
  readonly registry: {
    /** The users of authenticated connections. */
    users(): readonly string[];
    /** Oldest first. */
    connectionsOf(user: string): readonly Connection[];
  };
  readonly end: (connection: Connection, code: ClosingCode) => void;
}

/** Users whose excess was reported longer ago were looked at by every node that lives. */
const REPORTED_WITHIN_MS = 3000;

/**
 * Bounds the connections of a user on all nodes. Each node writes its own connections of each user
 * to the store, with their times by the clock of the store, and reads those of the others. So nodes
 * agree which of too many are the oldest, and each ends its own. It reports users with too many
 * elsewhere, and looks at those that others have reported, in each round. Nodes that have not
 * written for `nodeLeaseMs` count as dead, with their connections.
 *
 * Without the store, each node bounds its own connections: see `Admission`. After an outage, or
 * when the store has lost its data, the next round writes all users again.
 */
export class UserSync {
  readonly #parts: UserSyncParts;
  readonly #rounds: Rounds;
  readonly #time: StoreTime;
  /** Users to be written, or looked at. */
  readonly #due = new Set<string>();
  #beatAtMs = -Infinity;
  #writtenAtMs = -Infinity;
  /** All users are written twice after an outage: what had no answer may still apply. */
  #isSecond = false;

  constructor(parts: UserSyncParts) {
    this.#parts = parts;
    this.#time = new StoreTime(parts.clock);
    this.#rounds = new Rounds(parts, {
      name: 'users',
      everyMs: parts.limits.usersCheckEveryMs,
      alert: 'users_unsynced',
      round: (signal) => this.#round(signal),
    });
  }

  /** A connection was authenticated. */
  entered(connection: Connection): void {
    connection.enteredAtMs = this.#parts.clock.monotonicMs();
    if (connection.identity !== null) this.changed(connection.identity.user);
  }

  /** The user has other connections at this node than before. */
  changed(user: string): void {
    this.#due.add(user);
    this.#rounds.wake();
  }

  /** Runs rounds until `signal` aborts. Then this node counts as dead. */
  async run(signal: AbortSignal): Promise<void> {
    await this.#rounds.run(signal);
    const { node, store } = this.#parts;
    // If it fails, its lease expires soon.
    void store.leave(node).catch(() => undefined);
  }

  /** Returns false if the store did not answer in time. */
  async #round(signal: AbortSignal): Promise<boolean> {
    const { clock, limits, registry } = this.#parts;
    if (clock.monotonicMs() - this.#beatAtMs >= limits.usersCheckEveryMs && !(await this.#beat(signal))) return false;
    const nowMs = clock.monotonicMs();
    const writtenAgainAfterMs = this.#isSecond ? limits.nodeLeaseMs : limits.leaseRenewEveryMs;
    if (nowMs - this.#writtenAtMs >= writtenAgainAfterMs) {
      this.#isSecond = this.#writtenAtMs === -Infinity;
      this.#writtenAtMs = nowMs;
      for (const user of registry.users()) this.#due.add(user);
    }
    const users = [...this.#due];
    this.#due.clear();
    let isDone = true;
    for (let first = 0; first < users.length; first += limits.storeConcurrencyMax) {
      const some = users.slice(first, first + limits.storeConcurrencyMax);
      const done = await Promise.all(some.map((user) => this.#settle(user, signal).catch(() => false)));
      done.forEach((isSettled, index) => {
        if (!isSettled) this.#due.add(some[index] ?? '');
      });
      isDone &&= !done.includes(false);
    }
    if (!isDone) this.#writtenAtMs = -Infinity;
    return isDone;
  }

  /** Says that this node lives, and finds out the users that others have reported. */
  async #beat(signal: AbortSignal): Promise<boolean> {
    const { clock, limits, node, store, registry } = this.#parts;
    const sentAtMs = clock.monotonicMs();
    const beat = await this.#rounds.inTime(store.beat(node, limits.nodeLeaseMs), signal).catch(() => false as const);
    // The store may have lost data, or other nodes have counted this one as dead.
    if (beat === false || !beat.value.isKnown) this.#writtenAtMs = -Infinity;
    if (beat === false) return false;
    this.#time.sampled(beat.value.timeMs, sentAtMs);
    const reported = await this.#rounds.inTime(store.reported(beat.value.timeMs - REPORTED_WITHIN_MS), signal);
    if (reported === false) return false;
    for (const user of reported.value) if (registry.connectionsOf(user).length > 0) this.#due.add(user);
    this.#beatAtMs = sentAtMs;
    return true;
  }

  /** Writes the connections of a user, and ends those of this node that are too many. */
  async #settle(user: string, signal: AbortSignal): Promise<boolean> {
    const { limits, node, store, registry, end } = this.#parts;
    const most = limits[closings.replaced.most];
    const own = registry.connectionsOf(user).map((connection) => this.#rowOf(connection));
    const put = await this.#rounds.inTime(
      store.put(user, node, own, { timeMs: this.#time.nowMs, leaseMs: limits.leaseMs }),
      signal,
    );
    if (put === false) return false;
    const others = [...put.value].filter(([name]) => name !== node);
    if (others.reduce((count, [, rows]) => count + rows.length, own.length) <= most) return true;
    const living = await this.#rounds.inTime(store.living(others.map(([name]) => name)), signal);
    if (living === false) return false;
    const connections = registry.connectionsOf(user);
    const all = [
      ...connections.map((connection) => this.#rowOf(connection)),
      ...others.flatMap(([name, rows]) => (living.value.has(name) ? rows : [])),
    ].sort(byAge);
    const surplus = new Set(all.slice(0, Math.max(0, all.length - most)).map(({ connection }) => connection));
    for (const connection of connections) if (surplus.delete(connection.id)) end(connection, 'replaced');
    if (surplus.size === 0) return true;
    // Looked at again in the next round, until the other nodes have ended theirs.
    this.#due.add(user);
    return (await this.#rounds.inTime(store.report(user, this.#time.nowMs), signal)) !== false;
  }

  #rowOf(connection: Connection): UserConnection {
    // Never changes then, so that all nodes see the same order.
    connection.enteredAtStoreMs ??= this.#time.at(connection.enteredAtMs);
    return { connection: connection.id, sinceMs: connection.enteredAtStoreMs };
  }
}

function byAge(a: UserConnection, b: UserConnection): number {
  return a.sinceMs - b.sinceMs || (a.connection < b.connection ? -1 : 1);
}
