/**
 * The guard: a way out of the seed may be read, compared, captured and extended, but calling or constructing it reports
 * the attempt and throws. Nothing throws while code is merely being loaded.
 */
import type { ShadowHost } from './image.ts';

type AnyFunction = (...parameters: never[]) => unknown;

/** Thrown into code under simulation that tried to leave the seed. */
export class EscapeError extends Error {
  readonly code = 'ERR_SEED_ESCAPE';
  /** What was tried, such as `fetch` or `node:fs readFile`. */
  readonly way: string;

  constructor(who: string, way: string) {
    super(`${who} tried ${way}, which no seed decides; instead, ${insteadOf(way)}`);
    this.name = 'EscapeError';
    this.way = way;
  }
}

export interface Guard {
  /** Reports the attempt and throws an EscapeError. */
  refuse(way: string): never;
  /** Looks like `original`, is safe to read and to extend, and refuses to be called or constructed. */
  refusing(way: string, original?: AnyFunction): AnyFunction;
  /** A value whose functions, however deep, refuse; primitives are as they are, and writes stay in here. */
  refusingInside(way: string, value: unknown): unknown;
}

const ADVICE: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/^(node:fs|node:module|require\.resolve)/, 'read it before the run and pass it in the configuration'],
  [
    /^(fetch|WebSocket|EventSource|node:(http|https|http2|net|tls|dns|dgram|undici)\b)/,
    'use a face of the node (listen, redis) or put the service behind a port that the scenario answers',
  ],
  [
    /^(Worker|MessageChannel|BroadcastChannel|Atomics|WebAssembly|node:(worker_threads|cluster|child_process)\b)/,
    'keep the work on this thread',
  ],
  [/^process\.(exit|abort|kill|reallyExit)/, 'throw an error, or let the system be stopped'],
  [/^process\.(memoryUsage|cpuUsage|resourceUsage)|^node:v8/, 'pass a measure in through a port'],
  [/^(crypto\.subtle|node:crypto webcrypto\.subtle)/, 'use the synchronous functions of node:crypto'],
  [
    /^node:crypto (generate|create(DiffieHellman|ECDH)|checkPrime|publicEncrypt|ECDH|DiffieHellman)/,
    'use a fixed key from the configuration',
  ],
  [/^node:(crypto|zlib) /, 'use the synchronous form'],
  [/while being loaded$/, 'name the package in statefulPackages, so that each life evaluates it anew'],
];

function insteadOf(way: string): string {
  return ADVICE.find(([pattern]) => pattern.test(way))?.[1] ?? 'hand it in through a face of the node';
}

export function createGuard(host: ShadowHost): Guard {
  function refuse(way: string): never {
    host.escaped(way);
    throw new EscapeError(host.who, way);
  }

  function refusing(way: string, original: AnyFunction = function refused() {}): AnyFunction {
    return new Proxy(original, {
      apply: () => refuse(way),
      construct: () => refuse(way),
      ...(readingInside(original, way) as ProxyHandler<AnyFunction>),
    });
  }

  function refusingInside(way: string, value: unknown): unknown {
    if (typeof value === 'function') return refusing(way, value as AnyFunction);
    if (typeof value !== 'object' || value === null) return value;
    // Lists are data, and their methods have to work.
    if (Array.isArray(value)) return [...(value as unknown[])];
    return new Proxy(value, readingInside(value, way));
  }

  /** Reads give refusing copies; writes are kept beside the real object, which must not be touched. */
  function readingInside(original: object, way: string): ProxyHandler<object> {
    const written = new Map<PropertyKey, unknown>();
    return {
      get(_target, key) {
        if (written.has(key)) return written.get(key);
        const value: unknown = Reflect.get(original, key);
        const mustBeItself =
          isFixed(original, key) || key === 'prototype' || key === 'constructor' || key === Symbol.hasInstance;
        // What every object and function has (`toString`, `call`): harmless, and a call of `call` comes back to the trap.
        const common = key in (typeof original === 'function' ? Function.prototype : Object.prototype);
        return mustBeItself || common ? value : refusingInside(`${way}.${String(key)}`, value);
      },
      set(_target, key, value) {
        written.set(key, value);
        return true;
      },
      defineProperty: (_target, key, descriptor) => {
        written.set(key, descriptor.value);
        return descriptor.configurable !== false;
      },
      deleteProperty: () => true,
      setPrototypeOf: () => true,
    };
  }

  return { refuse, refusing, refusingInside };
}

/** A proxy may not hide such a property. */
function isFixed(original: object, key: PropertyKey): boolean {
  const descriptor = Reflect.getOwnPropertyDescriptor(original, key);
  return descriptor !== undefined && descriptor.configurable === false && descriptor.writable !== true;
}
