/**
 * The keys of one database, each with a value and perhaps an expiry. An expired key is removed when
 * it is next looked up, which looks the same as removing it on time. Every change is reported, for
 * blocked commands and watched keys.
 */
import { SortedSet } from './sorted-set.ts';
import { Stream } from './stream.ts';
import { fail } from './reply.ts';

export type Hash = Map<string, string>;
export type List = string[];
export type Value = string | Hash | List | Set<string> | SortedSet | Stream;

export interface Row {
  readonly value: Value;
  /** Wall time; null without expiry. */
  readonly expiresAtMs: number | null;
}

const WRONG_TYPE = 'WRONGTYPE Operation against a key holding the wrong kind of value';

export class Keyspace {
  #rows = new Map<string, Row>();
  readonly #nowMs: () => number;
  readonly #onChange: (key: string) => void;
  readonly #onExpiry: (key: string, atMs: number | null) => void;

  /**
   * `onChange` is called for each key that is created, changed or removed; `onExpiry` when a key
   * gets an expiry, and with null when it has expired and was removed.
   */
  constructor(
    nowMs: () => number,
    onChange: (key: string) => void,
    onExpiry: (key: string, atMs: number | null) => void = () => undefined,
  ) {
    this.#nowMs = nowMs;
    this.#onChange = onChange;
    this.#onExpiry = onExpiry;
  }

  /** When the next key expires, which may be in the past; null for none. */
  get nextExpiryMs(): number | null {
    let next: number | null = null;
    for (const { expiresAtMs } of this.#rows.values())
      if (expiresAtMs !== null && (next === null || expiresAtMs < next)) next = expiresAtMs;
    return next;
  }

  /** All keys that have not expired, in the order of their creation. */
  names(): readonly string[] {
    return [...this.#rows.keys()].filter((key) => this.has(key));
  }

  has(key: string): boolean {
    return this.row(key) !== undefined;
  }

  row(key: string): Row | undefined {
    const row = this.#rows.get(key);
    if (row === undefined || row.expiresAtMs === null || this.#nowMs() <= row.expiresAtMs) return row;
    this.remove(key);
    this.#onExpiry(key, null);
    return undefined;
  }

  value(key: string): Value | undefined {
    return this.row(key)?.value;
  }

  /** Sets a value. The key keeps no expiry but the one given. */
  set(key: string, value: Value, expiresAtMs: number | null = null): void {
    this.#rows.set(key, { value, expiresAtMs });
    if (expiresAtMs !== null) this.#onExpiry(key, expiresAtMs);
    this.#onChange(key);
  }

  /** Sets a value and keeps the expiry. */
  replace(key: string, value: Value): void {
    this.set(key, value, this.row(key)?.expiresAtMs ?? null);
  }

  remove(key: string): boolean {
    const was = this.#rows.delete(key);
    if (was) this.#onChange(key);
    return was;
  }

  clear(): void {
    const keys = [...this.#rows.keys()];
    this.#rows.clear();
    for (const key of keys) this.#onChange(key);
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
    this.#onChange(key);
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
    const value = this.value(key);
    return value === undefined || value instanceof Stream ? value : fail(WRONG_TYPE);
  }

  /** Returns `found`, or a new value, which the caller must fill and report by `changed`. */
  orNew<T extends Value>(key: string, found: T | undefined, create: () => T): T {
    if (found !== undefined) return found;
    const value = create();
    this.#rows.set(key, { value, expiresAtMs: null });
    return value;
  }

  /** Swaps all keys with those of another database. Keys of either may have changed in both. */
  swap(other: Keyspace): void {
    if (other === this) return;
    [this.#rows, other.#rows] = [other.#rows, this.#rows];
    const names = new Set([...this.#rows.keys(), ...other.#rows.keys()]);
    for (const keys of [this, other]) for (const key of names) keys.#onChange(key);
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

export function copyOf({ value, expiresAtMs }: Row): Row {
  if (typeof value === 'string') return { value, expiresAtMs };
  if (Array.isArray(value)) return { value: [...value], expiresAtMs };
  if (value instanceof Map) return { value: new Map(value), expiresAtMs };
  if (value instanceof Set) return { value: new Set(value), expiresAtMs };
  return { value: value.copy(), expiresAtMs };
}
