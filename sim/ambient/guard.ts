/**
 * The guard: a way out of the seed may be read, compared, captured and extended, but calling or
 * constructing it reports the attempt and throws. Nothing throws while code is merely being loaded.
 */
import type { AmbientHost } from '../system/image.ts';

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
  /**
   * Looks like `original`, is safe to read and to extend, and refuses to be called or constructed.
   */
  refusing(way: string, original?: AnyFunction): AnyFunction;
  /**
   * A value whose functions, however deep, refuse; primitives are as they are, and writes stay in
   * here.
   */
  refusingInside(way: string, value: unknown): unknown;
}

const ADVICE: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [
    /^node:fs/,
    "import what is read, as in import x from './a.json' with { type: 'json' }, or put the file behind a port that the scenario answers",
  ],
  [/^(node:module|require\.resolve)/, 'import it, so that it becomes part of the bundle'],
  [
    /^(fetch|WebSocket|EventSource|node:(http|https|http2|net|tls|dns|dgram|undici)\b)/,
    'use a face of the node (listen, redis) or put the service behind a port that the scenario answers',
  ],
  [
    /^(Worker|MessageChannel|BroadcastChannel|Atomics|WebAssembly|node:(worker_threads|cluster|child_process)\b)/,
    'keep the work on this thread',
  ],
  [/^process\.(exit|abort|kill|reallyExit)/, 'throw an error, or let the system be stopped'],
  [/^process\.(memoryUsage|cpuUsage|resourceUsage)|^node:(v8|perf_hooks)/, 'pass a measure in through a port'],
  [/^(crypto\.subtle|node:crypto webcrypto\.subtle)/, 'use the synchronous functions of node:crypto'],
  [
    /^node:crypto (generate|create(DiffieHellman|ECDH)|checkPrime|publicEncrypt|ECDH|DiffieHellman)/,
    'use a fixed key from the configuration',
  ],
  [/^node:(crypto|zlib) /, 'use the synchronous form'],
  [/^(Dec|C)ompressionStream/, 'use the synchronous functions of node:zlib'],
  [
    /while being loaded$/,
    'name the package in statefulPackages, so that each process evaluates it anew (the system itself: leave out system.stateless)',
  ],
];

/** Packages by which others look for their native addons. */
const ADDON_LOADER = /node_modules\/(bindings|node-gyp-build|@mapbox\/node-pre-gyp|prebuildify|file-uri-to-path)\//;

/** What to do in place of a way out, in words; `file` is where it was tried. */
export function insteadOf(way: string, file = ''): string {
  if (ADDON_LOADER.test(file))
    return 'put what this native addon does behind a port: addons are not loaded under simulation';
  return ADVICE.find(([pattern]) => pattern.test(way))?.[1] ?? 'hand it in through a face of the node';
}

function nothing(): void {}

/**
 * What is tried while code is being loaded is refused and not reported: many packages try a way,
 * and are ready for not having it.
 */
export function createGuard(host: AmbientHost, isLoading: () => boolean = () => false): Guard {
  function refuse(way: string): never {
    if (!isLoading()) host.escaped(way);
    throw new EscapeError(host.who, way);
  }

  function refusing(way: string, original: AnyFunction = nothing): AnyFunction {
    const standIn = function refused(): void {};
    standIn.prototype = original.prototype as unknown;
    return new Proxy<AnyFunction>(standIn, {
      apply: () => refuse(way),
      construct: () => refuse(way),
      ...readingInside(original, way),
    });
  }

  function refusingInside(way: string, value: unknown): unknown {
    if (typeof value === 'function') return refusing(way, value as AnyFunction);
    if (typeof value !== 'object' || value === null) return value;
    // Lists are data, and their methods have to work.
    if (Array.isArray(value)) return [...(value as unknown[])];
    return new Proxy({}, readingInside(value, way));
  }

  /**
   * Reads of a stand-in give refusing copies of what the original has; writes stay with the
   * stand-in, since the real object must not be touched. A proxy of the original itself could not
   * hide what is fixed in it, such as `fs.exists` promisified.
   */
  function readingInside(original: object, way: string): ProxyHandler<object> {
    function learn(standIn: object, key: PropertyKey): void {
      if (Object.hasOwn(standIn, key) || !(key in original)) return;
      const value: unknown = Reflect.get(original, key);
      // What every object and function has (`toString`, `call`): harmless, and a call of `call`
      // comes back to the trap.
      const common = key in (typeof original === 'function' ? Function.prototype : Object.prototype);
      if (common || key === 'prototype') return;
      const enumerable = Object.prototype.propertyIsEnumerable.call(original, key);
      const shown = refusingInside(`${way}.${String(key)}`, value);
      Object.defineProperty(standIn, key, { value: shown, enumerable, writable: true, configurable: true });
    }

    return {
      get(standIn, key) {
        learn(standIn, key);
        return Object.hasOwn(standIn, key) ? Reflect.get(standIn, key) : Reflect.get(original, key);
      },
      has: (standIn, key) => key in standIn || key in original,
      getOwnPropertyDescriptor(standIn, key) {
        if (Object.hasOwn(original, key)) learn(standIn, key);
        return Reflect.getOwnPropertyDescriptor(standIn, key);
      },
      ownKeys(standIn) {
        for (const key of Reflect.ownKeys(original)) learn(standIn, key);
        return Reflect.ownKeys(standIn);
      },
    };
  }

  return { refuse, refusing, refusingInside };
}
