/**
 * The guard against calls that are not simulated. Code may read, compare, store and extend such a
 * function. Calling or constructing it reports an escape and throws. While code is loaded it only
 * throws.
 */
import type { AmbientHost } from '../system/image.ts';
import { type EscapedFrom, insteadOf } from './escape-advice.ts';

type AnyFunction = (...parameters: never[]) => unknown;

/** Thrown into code under simulation that called something that is not simulated. */
export class EscapeError extends Error {
  readonly code = 'ERR_SEED_ESCAPE';
  /** What was called, such as `fetch` or `node:fs readFile`. */
  readonly way: string;

  constructor(who: string, way: string, from: EscapedFrom = 'system') {
    super(`${who} called ${way}, which is not simulated; instead, ${insteadOf(way, from)}`);
    this.name = 'EscapeError';
    this.way = way;
  }
}

export interface Guard {
  /** Reports the attempt and throws an EscapeError. */
  refuse(way: string): never;
  /**
   * A function that looks like `original` and can be read and extended, but throws when called or
   * constructed.
   */
  refusing(way: string, original?: AnyFunction): AnyFunction;
  /**
   * A copy of the value whose functions, at any depth, throw when called. Writes do not reach the
   * original.
   */
  refusingInside(way: string, value: unknown): unknown;
}

/** Whose code a host answers for. */
export function escapedFrom({ isOutside = false }: Pick<AmbientHost, 'isOutside'>): EscapedFrom {
  return isOutside ? 'scenario' : 'system';
}

function nothing(): void {}

/**
 * While code is loaded, a call throws but is not reported: many packages try something and catch
 * the error.
 */
export function createGuard(host: AmbientHost, isLoading: () => boolean = () => false): Guard {
  function refuse(way: string): never {
    if (!isLoading()) host.escaped(way);
    throw new EscapeError(host.who, way, escapedFrom(host));
  }

  function refusing(way: string, original: AnyFunction = nothing): AnyFunction {
    const substitute = function refused(): void {};
    substitute.prototype = original.prototype as unknown;
    return new Proxy<AnyFunction>(substitute, {
      apply: () => refuse(way),
      construct: () => refuse(way),
      ...readingInside(original, way),
    });
  }

  function refusingInside(way: string, value: unknown): unknown {
    if (typeof value === 'function') return refusing(way, value as AnyFunction);
    if (typeof value !== 'object' || value === null) return value;
    // Arrays are data, so their methods have to work.
    if (Array.isArray(value)) return [...(value as unknown[])];
    return new Proxy({}, readingInside(value, way));
  }

  /**
   * Traps of a substitute for `original`. Reads return refusing copies of the original's
   * properties. Writes stay in the substitute, so that the original is not changed. A proxy of the
   * original could not hide properties that can't be configured, such as the promisified
   * `fs.exists`.
   */
  function readingInside(original: object, way: string): ProxyHandler<object> {
    function learn(substitute: object, key: PropertyKey): void {
      if (Object.hasOwn(substitute, key) || !(key in original)) return;
      const value: unknown = Reflect.get(original, key);
      // Properties of every object and function (`toString`, `call`) are harmless: `call` ends up
      // in the trap.
      const common = key in (typeof original === 'function' ? Function.prototype : Object.prototype);
      if (common || key === 'prototype') return;
      const enumerable = Object.prototype.propertyIsEnumerable.call(original, key);
      const shown = refusingInside(`${way}.${String(key)}`, value);
      Object.defineProperty(substitute, key, { value: shown, enumerable, writable: true, configurable: true });
    }

    return {
      get(substitute, key) {
        learn(substitute, key);
        return Object.hasOwn(substitute, key) ? Reflect.get(substitute, key) : Reflect.get(original, key);
      },
      has: (substitute, key) => key in substitute || key in original,
      getOwnPropertyDescriptor(substitute, key) {
        if (Object.hasOwn(original, key)) learn(substitute, key);
        return Reflect.getOwnPropertyDescriptor(substitute, key);
      },
      ownKeys(substitute) {
        for (const key of Reflect.ownKeys(original)) learn(substitute, key);
        return Reflect.ownKeys(substitute);
      },
    };
  }

  return { refuse, refusing, refusingInside };
}
