/**
 * Choices keyed by identity.
 *
 * A choice is drawn from (seed, key), never from a shared stream: when one operation is removed, all other choices stay as they
 * were. A key is a path like `client-2.3/latency/0`; a scope is such a path hashed beforehand, so that one choice costs a few
 * integer operations.
 *
 * Two sorts. What the world decides (how long a frame takes, whether a fault strikes) has a plain value, mostly the shortest time, which
 * it takes when it doesn't matter: then what is left of a failure can be read. What systems and clients draw for themselves (identities,
 * jitter) has none: identities that are all the same are no simpler, they are wrong.
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

export function keyOf(scope: Scope, count: number): string {
  return `${scope.path}/${count}`;
}

const KEY_LENGTH_MAX = 300;

/** What a key looks like where it is written down: a path on one line, and a count. */
export const CHOICE_KEY = /^.+\/\d{1,15}$/;

/** Whether a choice can be written down by its key. Paths hold what a system calls its rows and timers, so some can't. */
export function isChoiceKey(text: string): boolean {
  return text.length <= KEY_LENGTH_MAX && CHOICE_KEY.test(text);
}

export interface DrawsOptions {
  /** Choices of the world that are not overridden take their plain value. */
  readonly minimal?: boolean | undefined;
  /** Told of each choice of the world, its value, and its plain one. */
  readonly onChoice?: ((scope: Scope, count: number, value: number, plain: number) => void) | undefined;
}

const TWO_TO_MINUS_32 = 2 ** -32;

/** What is not drawn as usual. */
interface Override {
  readonly overrides: ReadonlyMap<number, number>;
  readonly plain: boolean;
  readonly onChoice: DrawsOptions['onChoice'];
}

export class Draws {
  readonly #first: number;
  readonly #second: number;
  /** Null where everything is drawn and nobody listens: the usual case, and the fast one. */
  readonly #override: Override | null;

  constructor(seed: Seed, overrides: ChoiceOverrides = {}, { minimal: plain = false, onChoice }: DrawsOptions = {}) {
    const [first, second] = expandSeed(seed);
    this.#first = first;
    this.#second = second;
    const byHash = new Map(Object.entries(overrides).map(([key, value]) => [keyHash(key), value]));
    const isUsual = byHash.size === 0 && !plain && onChoice === undefined;
    this.#override = isUsual ? null : { overrides: byHash, plain, onChoice };
  }

  /** A choice of the world, uniform in [0, 1): the `count`-th of its scope. `plain` is its value when it is of no importance. */
  fraction(scope: Scope, count: number, plain = 0): number {
    if (this.#override === null) return this.fractionOf(scope.hash, count);
    const { overrides, plain: isPlain, onChoice } = this.#override;
    const given = overrides.get(mix(scope.hash, count)) ?? (isPlain ? plain : undefined);
    const value = given ?? this.fractionOf(scope.hash, count);
    onChoice?.(scope, count, value, plain);
    return value;
  }

  /** What somebody draws for himself, uniform in [0, 1), for a scope that is known by its hash alone. It is never plain. */
  fractionOf(scopeHash: number, count: number): number {
    const key = mix(scopeHash, count);
    if (this.#override !== null) {
      const value = this.#override.overrides.get(key);
      if (value !== undefined) return value;
    }
    return (mix(mix(this.#first, key), this.#second) >>> 0) * TWO_TO_MINUS_32;
  }

  /** A choice of the world, uniform among the integers from `min` to `max`, both included. `plain` is a fraction, as above. */
  integer(scope: Scope, count: number, min: number, max: number, plain = 0): number {
    return min + Math.floor(this.fraction(scope, count, plain) * (max - min + 1));
  }
}

/** Hash of a whole key: the path of a scope, then the count. */
function keyHash(key: string): number {
  const cut = key.lastIndexOf('/');
  return mix(hashPath(ROOT, key.slice(0, cut)), Number(key.slice(cut + 1)));
}
