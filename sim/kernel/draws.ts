/**
 * Choices keyed by identity.
 *
 * A choice is drawn from (seed, key), never from a shared stream: when one operation is removed,
 * all other choices stay as they were. A key is a path like `client-2.3/latency/0`. A scope is such
 * a path hashed beforehand, so that one choice costs a few integer operations.
 *
 * There are two sorts of choices. Choices of the world (how long a frame takes, whether a fault
 * strikes) have a minimal value, usually the shortest time. Shrinking sets a choice to it where the
 * failure does not depend on the choice, so that the rest can be read. Choices of systems and
 * clients (identities, jitter) have none: equal identities would be wrong, not simpler.
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

/**
 * A name that is a path (`rooms/7`) hashes as its parts do, because a key does not show where a
 * name ends.
 */
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

/**
 * Choices by key that replace what the seed would give: `client-2.3/latency/0` to a fraction in [0,
 * 1).
 */
export type ChoiceOverrides = Readonly<Record<string, number>>;

export function keyOf(scope: Scope, count: number): string {
  return `${scope.path}/${count}`;
}

const KEY_LENGTH_MAX = 300;

/** The form of a key in a replay: a path on one line, and a count. */
export const CHOICE_KEY = /^.+\/\d{1,15}$/;

/**
 * Whether a replay can hold a choice by this key. A path contains names that a system gives to rows
 * and timers, so not every key fits.
 */
export function isChoiceKey(text: string): boolean {
  return text.length <= KEY_LENGTH_MAX && CHOICE_KEY.test(text);
}

export interface DrawsOptions {
  /** Choices of the world take their minimal value unless they are overridden. */
  readonly minimal?: boolean | undefined;
  /** Called for each choice of the world. */
  readonly onChoice?: ((scope: Scope, count: number, value: number, minimalValue: number) => void) | undefined;
}

const TWO_TO_MINUS_32 = 2 ** -32;

/** What differs from drawing every choice. */
interface Override {
  /** By the hash of the key. */
  readonly values: ReadonlyMap<number, number>;
  readonly isMinimal: boolean;
  readonly onChoice: DrawsOptions['onChoice'];
}

export class Draws {
  #first: number;
  #second: number;
  /** Null when every choice is drawn and none is reported: the usual case, and the fast one. */
  #override: Override | null;
  /** Number of choices that systems and clients have made. */
  ofSystems = 0;

  constructor(seed: Seed, overrides: ChoiceOverrides = {}, { minimal = false, onChoice }: DrawsOptions = {}) {
    const [first, second] = expandSeed(seed);
    this.#first = first;
    this.#second = second;
    const values = new Map(Object.entries(overrides).map(([key, value]) => [keyHash(key), value]));
    const isUsual = values.size === 0 && !minimal && onChoice === undefined;
    this.#override = isUsual ? null : { values, isMinimal: minimal, onChoice };
  }

  /**
   * All later choices are drawn from this seed, those of systems and clients too. None is
   * overridden, minimal or reported then.
   */
  reseed(seed: Seed): void {
    [this.#first, this.#second] = expandSeed(seed);
    this.#override = null;
  }

  /** A choice of the world, uniform in [0, 1): number `count` of its scope, counted from 0. */
  fraction(scope: Scope, count: number, minimalValue = 0): number {
    if (this.#override === null) return this.#drawn(mix(scope.hash, count));
    const { values, isMinimal, onChoice } = this.#override;
    const key = mix(scope.hash, count);
    const value = values.get(key) ?? (isMinimal ? minimalValue : this.#drawn(key));
    onChoice?.(scope, count, value, minimalValue);
    return value;
  }

  /**
   * A choice of a system or a client, uniform in [0, 1), by the hash of its scope. It has no
   * minimal value.
   */
  fractionOf(scopeHash: number, count: number): number {
    this.ofSystems += 1;
    const key = mix(scopeHash, count);
    return this.#override?.values.get(key) ?? this.#drawn(key);
  }

  #drawn(key: number): number {
    return (mix(mix(this.#first, key), this.#second) >>> 0) * TWO_TO_MINUS_32;
  }

  /**
   * A choice of the world, uniform among the integers from `min` to `max`, inclusive.
   * `minimalValue` is a fraction.
   */
  integer(scope: Scope, count: number, min: number, max: number, minimalValue = 0): number {
    return min + Math.floor(this.fraction(scope, count, minimalValue) * (max - min + 1));
  }
}

/** Hash of a whole key: the path of a scope, then the count. */
function keyHash(key: string): number {
  const cut = key.lastIndexOf('/');
  return mix(hashPath(ROOT, key.slice(0, cut)), Number(key.slice(cut + 1)));
}
