/**
 * Choices keyed by identity.
 *
 * A choice is drawn from (seed, key), never from a shared stream: when one operation is removed, all other choices stay as they
 * were. A key is a path like `client-2.3/latency/0`; a scope is such a path hashed beforehand, so that one choice costs a few
 * integer operations.
 */
import { hashText, mix } from './hash.ts';
import { expandSeed, type Seed } from './seed.ts';

const ROOT = 0x5eed;

/** A path of names under which choices are made. */
export interface Scope {
  readonly path: string;
  readonly hash: number;
}

export function scopeOf(...names: string[]): Scope {
  const path = names.join('/');
  return { path, hash: hashPath(ROOT, path) };
}

export function subscope(scope: Scope, name: string): Scope {
  return { path: `${scope.path}/${name}`, hash: hashPath(scope.hash, name) };
}

/** A name that is itself a path (`rooms/7`) counts as so many names, since a key doesn't show where one ends. */
function hashPath(hash: number, path: string): number {
  if (!path.includes('/')) return mix(hash, hashText(path));
  let mixed = hash;
  for (let start = 0; start <= path.length;) {
    const slash = path.indexOf('/', start);
    const end = slash === -1 ? path.length : slash;
    mixed = mix(mixed, hashText(path, start, end));
    start = end + 1;
  }
  return mixed;
}

/** Choices by key that replace what the seed would give: `client-2.3/latency/0` to a fraction in [0, 1). */
export type ChoiceOverrides = Readonly<Record<string, number>>;

const TWO_TO_MINUS_32 = 2 ** -32;

export class Draws {
  readonly #first: number;
  readonly #second: number;
  readonly #overrides: ReadonlyMap<number, number> | null;

  constructor(seed: Seed, overrides: ChoiceOverrides = {}) {
    const [first, second] = expandSeed(seed);
    this.#first = first;
    this.#second = second;
    const entries = Object.entries(overrides);
    this.#overrides = entries.length === 0 ? null : new Map(entries.map(([key, value]) => [keyHash(key), value]));
  }

  /** Uniform in [0, 1): the `count`-th choice of its scope. */
  fraction(scope: Scope, count: number): number {
    return this.fractionOf(scope.hash, count);
  }

  /** The same, for a scope that is known by its hash alone. */
  fractionOf(scopeHash: number, count: number): number {
    const key = mix(scopeHash, count);
    if (this.#overrides !== null) {
      const value = this.#overrides.get(key);
      if (value !== undefined) return value;
    }
    return (mix(mix(this.#first, key), this.#second) >>> 0) * TWO_TO_MINUS_32;
  }

  /** Uniform among the integers from `min` to `max`, both included. */
  integer(scope: Scope, count: number, min: number, max: number): number {
    return min + Math.floor(this.fraction(scope, count) * (max - min + 1));
  }
}

/** Hash of a whole key: the path of a scope, then the count. */
function keyHash(key: string): number {
  const cut = key.lastIndexOf('/');
  return mix(hashPath(ROOT, key.slice(0, cut)), Number(key.slice(cut + 1)));
}
