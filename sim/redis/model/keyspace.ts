/**
 * The keys of one database, each with a value and perhaps an expiry. An expired key is removed when
 * it is next looked up, which looks the same as removing it on time. Every change is reported, for
 * watched keys. So is every key that a blocked command may wait for, when it becomes ready.
 */
import { SortedSet } from './sorted-set.ts';
import { Stream } from './streams/stream.ts';
import { type AwaitedKind, fail } from './reply.ts';
import type { Wide } from './numbers/wide.ts';

export type Hash = Map<string, string>;
export type List = string[];
export type Value = string | Hash | List | Set<string> | SortedSet | Stream;

export interface Row {
  readonly value: Value;
  /** Wall time; null without expiry. */
  readonly expiresAtMs: Wide | null;
}

export interface KeyspaceListener {
  /** A command has created, changed or removed a key. */
  onChange(key: string): void;
  /** A command has read a key that is not there. */
  onMiss(key: string): void;
  /**
   * A command that waits for this kind may have something to do: the key has become a list, a
   * sorted set or a stream, or is no longer the stream that it was.
   */
  onReady(key: string, kind: AwaitedKind): void;
  /** A key has got an expiry at `atMs`. */
  onExpiry(atMs: Wide): void;
  /** A key has expired and was removed. */
  onExpired(key: string): void;
}

const WRONG_TYPE = 'WRONGTYPE Operation against a key holding the wrong kind of value';

export class Keyspace {
  #rows = new Map<string, Row>();
  readonly #nowMs: () => number;
  readonly #listener: KeyspaceListener;

  constructor(nowMs: () => number, listener: KeyspaceListener) {
    this.#nowMs = nowMs;
    this.#listener = listener;
  }

  /** When the next key expires, which may be in the past; null for none. */
  get nextExpiryMs(): number | null {
    let next: Wide | null = null;
    for (const { expiresAtMs } of this.#rows.values())
      if (expiresAtMs !== null && (next === null || expiresAtMs < next)) next = expiresAtMs;
    return next === null ? null : Number(next);
  }

  /** The number of keys that have an expiry. */
  get expiringCount(): number {
    let count = 0;
    for (const { expiresAtMs } of this.#rows.values()) if (expiresAtMs !== null) count += 1;
    return count;
  }

  /** All keys that have not expired, in the order of their creation. */
  names(): readonly string[] {
    return [...this.#rows.keys()].filter((key) => this.has(key));
  }

  has(key: string): boolean {
    return this.row(key) !== undefined;
  }

  /** Whether the key is stored. One that has expired is until it is next looked up. */
  isStored(key: string): boolean {
    return this.#rows.has(key);
  }

  /** Returns the value, and does not remove a key that has expired. */
  peek(key: string): Value | undefined {
    const row = this.#rows.get(key);
    return row === undefined || this.#hasExpired(row) ? undefined : row.value;
  }

  #hasExpired({ expiresAtMs }: Row): boolean {
    return expiresAtMs !== null && this.#nowMs() > expiresAtMs;
  }

  row(key: string): Row | undefined {
    const row = this.#rows.get(key);
    if (row === undefined || !this.#hasExpired(row)) return row;
    this.#rows.delete(key);
    if (row.value instanceof Stream) this.#listener.onReady(key, 'stream');
    this.#listener.onExpired(key);
    return undefined;
  }

  value(key: string): Value | undefined {
    return this.row(key)?.value;
  }

  /** Sets a value. The key keeps no expiry but the one given. */
  set(key: string, value: Value, expiresAtMs: Wide | null = null): void {
    const before = this.value(key);
    this.#rows.set(key, { value, expiresAtMs });
    if (expiresAtMs !== null) this.#listener.onExpiry(expiresAtMs);
    // As in Redis 7.0, an overwritten key becomes ready only if it was a stream.
    if (before === undefined) this.#created(key, value);
    else if (before instanceof Stream) this.#listener.onReady(key, 'stream');
    this.#listener.onChange(key);
  }

  /** Sets when an existing key expires. */
  setExpiry(key: string, { value }: Row, expiresAtMs: Wide | null): void {
    this.#rows.set(key, { value, expiresAtMs });
    if (expiresAtMs !== null) this.#listener.onExpiry(expiresAtMs);
    this.#listener.onChange(key);
  }

  /** Sets a value and keeps the expiry. */
  replace(key: string, value: Value): void {
    this.set(key, value, this.row(key)?.expiresAtMs ?? null);
  }

  /** Replaces a string, and the key does not count as changed. */
  replaceUnnoticed(key: string, text: string): void {
    this.#rows.set(key, { value: text, expiresAtMs: this.row(key)?.expiresAtMs ?? null });
  }

  remove(key: string): boolean {
    const value = this.#rows.get(key)?.value;
    if (value === undefined) return false;
    this.#rows.delete(key);
    if (value instanceof Stream) this.#listener.onReady(key, 'stream');
    this.#listener.onChange(key);
    return true;
  }

  clear(): void {
    const rows = this.#rows;
    this.#rows = new Map();
    for (const [key, { value }] of rows) {
      if (value instanceof Stream) this.#listener.onReady(key, 'stream');
      this.#listener.onChange(key);
    }
  }

  /** Must be called when a stream has new entries, or lost a group. */
  streamIsReady(key: string): void {
    this.#listener.onReady(key, 'stream');
  }

  #created(key: string, value: Value): void {
    const kind = awaitedKind(value);
    if (kind !== null) this.#listener.onReady(key, kind);
  }

  /**
   * Must be called after a value was changed in place. Removes an empty collection, except a
   * stream, as Redis does.
   */
  changed(key: string): void {
    const value = this.#rows.get(key)?.value;
    if (value === undefined) return;
    const size = Array.isArray(value)
      ? value.length
      : value instanceof Stream || typeof value === 'string'
        ? 1
        : value.size;
    if (size === 0) this.#rows.delete(key);
    this.#listener.onChange(key);
  }

  /**
   * Returns the value for a command whose parameters do not tell which keys it reads, and reports
   * a key that is not there.
   */
  read(key: string): Value | undefined {
    const value = this.value(key);
    if (value === undefined) this.#listener.onMiss(key);
    return value;
  }

  string(key: string): string | undefined {
    const value = this.value(key);
    return value === undefined || typeof value === 'string' ? value : fail(WRONG_TYPE);
  }

  hash(key: string): Hash | undefined {
    const value = this.value(key);
    return value === undefined || value instanceof Map ? value : fail(WRONG_TYPE);
  }

  list(key: string): List | undefined {
    const value = this.value(key);
    return value === undefined || Array.isArray(value) ? value : fail(WRONG_TYPE);
  }

  members(key: string): Set<string> | undefined {
    const value = this.value(key);
    return value === undefined || value instanceof Set ? value : fail(WRONG_TYPE);
  }

  sorted(key: string): SortedSet | undefined {
    const value = this.value(key);
    return value === undefined || value instanceof SortedSet ? value : fail(WRONG_TYPE);
  }

  stream(key: string): Stream | undefined {
    return this.#asStream(this.value(key));
  }

  /** As `read`, for a stream. */
  readStream(key: string): Stream | undefined {
    return this.#asStream(this.read(key));
  }

  #asStream(value: Value | undefined): Stream | undefined {
    return value === undefined || value instanceof Stream ? value : fail(WRONG_TYPE);
  }

  /** Returns `found`, or a new value, which the caller must fill and report by `changed`. */
  orNew<T extends Value>(key: string, found: T | undefined, create: () => T): T {
    if (found !== undefined) return found;
    const value = create();
    this.#rows.set(key, { value, expiresAtMs: null });
    this.#created(key, value);
    return value;
  }

  /** Swaps all keys with those of another database. Keys of either may have changed in both. */
  swap(other: Keyspace): void {
    if (other === this) return;
    [this.#rows, other.#rows] = [other.#rows, this.#rows];
    const names = new Set([...this.#rows.keys(), ...other.#rows.keys()]);
    for (const [keys, before] of [
      [this, other],
      [other, this],
    ] as const) {
      for (const [key, { value }] of keys.#rows) keys.#created(key, value);
      // Commands that wait for a stream notice that it is gone.
      for (const [key, { value }] of before.#rows)
        if (value instanceof Stream && !(keys.#rows.get(key)?.value instanceof Stream))
          keys.#listener.onReady(key, 'stream');
      for (const key of names) keys.#listener.onChange(key);
    }
  }

  /** A deep copy of all keys that have not expired. */
  copy(): ReadonlyMap<string, Row> {
    return new Map(this.names().map((key) => [key, copyOf(this.#rows.get(key) as Row)]));
  }

  /** Replaces all keys by a deep copy of `rows`. Reports no change. */
  restore(rows: ReadonlyMap<string, Row>): void {
    this.#rows = new Map([...rows].map(([key, row]) => [key, copyOf(row)]));
  }
}

/** The kind of a value that commands can wait for; null for any other value. */
function awaitedKind(value: Value): AwaitedKind | null {
  if (Array.isArray(value)) return 'list';
  if (value instanceof SortedSet) return 'zset';
  return value instanceof Stream ? 'stream' : null;
}

export function copyOf({ value, expiresAtMs }: Row): Row {
  if (typeof value === 'string') return { value, expiresAtMs };
  if (Array.isArray(value)) return { value: [...value], expiresAtMs };
  if (value instanceof Map) return { value: new Map(value), expiresAtMs };
  if (value instanceof Set) return { value: new Set(value), expiresAtMs };
  return { value: value.copy(), expiresAtMs };
}
