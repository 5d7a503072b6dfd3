/**
 * The guard against calls that are not simulated. Code may read, compare, store and extend such a
 * function. Calling or constructing it reports an escape and throws. While code is loaded it only
 * throws.
 */
import type { AmbientHost } from '../system/image.ts';

type AnyFunction = (...parameters: never[]) => unknown;

/** Thrown into code under simulation that called something that is not simulated. */
export class EscapeError extends Error {
  readonly code = 'ERR_SEED_ESCAPE';
  /** What was called, such as `fetch` or `node:fs readFile`. */
  readonly way: string;

  constructor(who: string, way: string) {
    super(`${who} called ${way}, which is not simulated; instead, ${insteadOf(way)}`);
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

const ADVICE: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [
    /^(the [gs]etter of )?(socket|server|request)\.|^WebSocketServer with/,
    "run your main module as the system (system: './server.ts'), where ws and node:http are the real ones",
  ],
  [/^(the [gs]etter of )?client socket\./, 'use what browsers have, such as addEventListener or onmessage'],
  [/^(the [gs]etter of )?node\.redis\(\)\./, 'connect with ioredis itself: new Redis() leads to the simulated Redis'],
  [/^Redis command /, 'give the system a substitute for the command, as docs/redis.md explains'],
  [/^(the [gs]etter of )?node\.[a-z]/, 'use a member of SimNode'],
  [
    /^node:fs/,
    "import the data (import x from './a.json' with { type: 'json' }), or pass it in through the scenario's configuration",
  ],
  [
    /^(node:module|require\.resolve|import\.meta\.resolve)/,
    'use a static import, so that the module becomes part of the bundle',
  ],
  [
    /^(fetch|WebSocket|EventSource|node:(http|https|http2|net|tls|dns|dgram|undici)\b)/,
    'use node.listen or node.redis, or replace the service by a stub that awaits node.failpoint',
  ],
  [/^an address of https or wss/, 'use http: or ws:, as behind a proxy that ends TLS'],
  [
    /^(Worker|MessageChannel|BroadcastChannel|Atomics|WebAssembly|node:(worker_threads|cluster|child_process)\b)/,
    'do the work on this thread',
  ],
  [/^process\.(exit|abort|kill|reallyExit)/, 'throw an error'],
  [/^node:(v8|perf_hooks)/, 'let the system take the measurement as a parameter'],
  [/^(crypto\.subtle|node:crypto webcrypto\.subtle)/, 'use the synchronous functions of node:crypto'],
  [
    /^node:crypto (generate|create(DiffieHellman|ECDH)|checkPrime|publicEncrypt|ECDH|DiffieHellman)/,
    'use a fixed key from the configuration',
  ],
  [/^node:(crypto|zlib) /, 'use the synchronous function'],
  [/^(Dec|C)ompressionStream/, 'use the synchronous functions of node:zlib'],
  [
    /while being loaded$/,
    'add the package to system.statefulPackages, so that each process evaluates it (for the system itself, remove system.stateless)',
  ],
];

/** Packages that other packages use to find their native addons. */
const ADDON_LOADER = /node_modules\/(bindings|node-gyp-build|@mapbox\/node-pre-gyp|prebuildify|file-uri-to-path)\//;

/**
 * What to do instead of calling `way`, for an error text. `file` is the source file that called it,
 * if known.
 */
export function insteadOf(way: string, file = ''): string {
  if (ADDON_LOADER.test(file)) return 'replace this native addon by a stub: addons are not loaded under simulation';
  return ADVICE.find(([pattern]) => pattern.test(way))?.[1] ?? 'let the system take it as a parameter';
}

function nothing(): void {}

/**
 * While code is loaded, a call throws but is not reported: many packages try something and catch
 * the error.
 */
export function createGuard(host: AmbientHost, isLoading: () => boolean = () => false): Guard {
  function refuse(way: string): never {
    if (!isLoading()) host.escaped(way);
    throw new EscapeError(host.who, way);
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
