/**
 * The simulated globals: the values that code under simulation finds, lexically, for ambient names.
 * Everything that reads the time, draws a random value, waits or leaves the process goes to the
 * host or is refused by the guard.
 *
 * Not controlled, because it is not reached lexically:
 *
 * - indirect `eval` and the `constructor` of a function, which see the real globals
 * - `Intl.DateTimeFormat` and `Event.timeStamp`, which read the real clock
 * - `Buffer.allocUnsafe`, which shows old memory
 * - the locale, which is that of the process; so is the time zone in worker threads that another
 *   program has started
 * - `Blob.stream`, which Node reads outside the simulated loop
 */
import type { AmbientHost } from '../system/image.ts';
import { createAbortController, createAbortSignal } from './abort.ts';
import { createConsole } from './console.ts';
import { createWebCrypto } from './crypto.ts';
import { createDate } from './date.ts';
import { createFunction } from './function.ts';
import { createGlobalObject, registerGlobalObject, sharedGlobalObject } from './global-object.ts';
import type { ModuleExports } from './builtins/module-proxy.ts';
import { createGuard, type Guard } from './guard.ts';
import { InertRegistry, StrongRef } from './memory.ts';
import { createPerformance } from './performance.ts';
import { createProcess, type SimulatedProcess } from './process/process.ts';
import { createTimers, type AsyncContextUse, type SimulatedTimers } from './timers.ts';
import { createTables, type Tables } from './tables/tables.ts';
import { isWebName, type Web, WEB_NAMES, type WebName } from './web/names.ts';

const NativeMath = Math;
const NativeMap = Map;
const NativeSet = Set;
const NATIVE_TABLES: Tables = { Map: NativeMap, Set: NativeSet, watchArray: (value) => value };
const NativeAtomics = Atomics;
const NativeWebAssembly: object = (globalThis as { WebAssembly?: object }).WebAssembly ?? {};

export interface GlobalsOptions {
  /** False for code that outlives runs, such as packages: their Maps and Sets are native. */
  readonly watchTables: boolean;
  readonly asyncContext: AsyncContextUse;
  /** Answers `process.getBuiltinModule`, which returns undefined without it. */
  readonly requireBuiltin?: ((name: string) => unknown) | undefined;
  readonly isLoading?: (() => boolean) | undefined;
  /** Without it, `fetch` and `WebSocket` are refused, and Node's classes are there. */
  readonly web?: Web | undefined;
}

export interface SimulatedGlobals {
  /** The simulated value. Made on first use, because most processes use few of them. */
  get(name: GlobalName): unknown;
  readonly timers: SimulatedTimers;
  readonly guard: Guard;
  /** See `Tables`. Loops of the system's own modules call it. */
  readonly watchArray: Tables['watchArray'];
}

/** The names of all simulated globals. */
export const GLOBAL_NAMES_SIMULATED = [
  'Date',
  'Function',
  'Math',
  'Map',
  'Set',
  'WeakRef',
  'FinalizationRegistry',
  'performance',
  'crypto',
  'process',
  'console',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'clearTimeout',
  'clearInterval',
  'clearImmediate',
  'queueMicrotask',
  'AbortController',
  'AbortSignal',
  ...WEB_NAMES,
  'XMLHttpRequest',
  'Worker',
  'BroadcastChannel',
  'MessageChannel',
  'CompressionStream',
  'DecompressionStream',
  'Atomics',
  'WebAssembly',
  'navigator',
  'self',
  'globalThis',
  'global',
] as const;

export type GlobalName = (typeof GLOBAL_NAMES_SIMULATED)[number];

/**
 * The globals of one process. All of them can be read; only calling one that is not simulated
 * throws.
 */
export function createGlobals(host: AmbientHost, options: GlobalsOptions): SimulatedGlobals {
  const guard = createGuard(host, options.isLoading);
  const timers = createTimers(host, options.asyncContext);
  const tables = options.watchTables ? createTables(host) : NATIVE_TABLES;
  const makers = makersOf(host, options, guard, { timers, tables }, get);
  const made = new NativeMap<GlobalName, unknown>();

  function get(name: GlobalName): unknown {
    if (!made.has(name)) made.set(name, makers[name]());
    return made.get(name);
  }

  registerGlobalObject(host, () => get('globalThis') as object);
  return { get, timers, guard, watchArray: tables.watchArray };
}

type Makers = Readonly<Record<GlobalName, () => unknown>>;

function makersOf(
  host: AmbientHost,
  options: GlobalsOptions,
  guard: Guard,
  { timers, tables }: { readonly timers: SimulatedTimers; readonly tables: Tables },
  get: SimulatedGlobals['get'],
): Makers {
  const refusing = (way: string) => () => guard.refusing(way);
  // A global that this Node lacks must be absent, or packages conclude that they run in a browser.
  const refusingIfPresent = (way: string) => () => (way in globalThis ? guard.refusing(way) : undefined);
  const requireBuiltin = options.requireBuiltin ?? (() => undefined);
  const ofStreams = (name: GlobalName) =>
    (requireBuiltin('node:stream/web') as ModuleExports | undefined)?.[name] ?? guard.refusing(name);
  const web = options.web ?? withoutWeb(guard);
  // One that only Node has is defined as undefined, because the native one would be inherited.
  const isDefined = (name: GlobalName): boolean => !isWebName(name) || web.names.includes(name) || name in globalThis;
  return {
    Date: () => createDate(host),
    Function: () => createFunction(GLOBAL_NAMES_SIMULATED, get),
    Math: () => Object.create(NativeMath, { random: own(() => host.fraction('Math.random')) }),
    Map: () => tables.Map,
    Set: () => tables.Set,
    WeakRef: () => StrongRef,
    FinalizationRegistry: () => InertRegistry,
    performance: () => createPerformance(host),
    crypto: () => createWebCrypto(host, guard),
    process: () => createProcess(host, { guard, context: options.asyncContext, requireBuiltin }),
    console: () => createConsole(host, guard, () => get('process') as SimulatedProcess),
    setTimeout: () => timers.setTimeout,
    setInterval: () => timers.setInterval,
    setImmediate: () => timers.setImmediate,
    clearTimeout: () => timers.clearTimeout,
    clearInterval: () => timers.clearInterval,
    clearImmediate: () => timers.clearImmediate,
    queueMicrotask: () => createQueueMicrotask(host),
    AbortController: () => createAbortController(host),
    AbortSignal: () => createAbortSignal(host),
    ...webMakers(web),
    XMLHttpRequest: refusingIfPresent('XMLHttpRequest'),
    Worker: refusingIfPresent('Worker'),
    BroadcastChannel: refusing('BroadcastChannel'),
    MessageChannel: refusing('MessageChannel'),
    CompressionStream: () => ofStreams('CompressionStream'),
    DecompressionStream: () => ofStreams('DecompressionStream'),
    Atomics: () => withRefusals(NativeAtomics, 'Atomics', ['wait', 'waitAsync'], guard),
    WebAssembly: () =>
      withRefusals(
        NativeWebAssembly,
        'WebAssembly',
        ['compile', 'compileStreaming', 'instantiate', 'instantiateStreaming'],
        guard,
      ),
    navigator: () => undefined,
    self: () => undefined,
    globalThis: () => {
      const own = createGlobalObject(GLOBAL_NAMES.filter(isDefined), get);
      return host.owner === host ? own : sharedGlobalObject(host, own);
    },
    global: () => get('globalThis'),
  };
}

const REFUSED_WITHOUT_WEB: ReadonlySet<WebName> = new Set(['fetch', 'WebSocket', 'EventSource']);

function withoutWeb(guard: Guard): Web {
  return {
    names: WEB_NAMES,
    get: (name) => (REFUSED_WITHOUT_WEB.has(name) ? guard.refusing(name) : (Reflect.get(globalThis, name) as unknown)),
  };
}

function webMakers(web: Web): Readonly<Record<WebName, () => unknown>> {
  const makers = WEB_NAMES.map((name) => [name, () => web.get(name)]);
  return Object.fromEntries(makers) as Record<WebName, () => unknown>;
}

const GLOBAL_NAMES = GLOBAL_NAMES_SIMULATED.filter((name) => name !== 'globalThis' && name !== 'global');

function withRefusals(native: object, name: string, refused: readonly string[], guard: Guard): unknown {
  return Object.create(
    native,
    Object.fromEntries(refused.map((method) => [method, own(guard.refusing(`${name}.${method}`))])),
  );
}

function own(value: unknown): PropertyDescriptor {
  return { value, writable: true, configurable: true };
}

/**
 * An error in the callback is a crash of the system, so it is thrown again where the host sees it.
 */
function createQueueMicrotask(host: AmbientHost): (callback: () => void) => void {
  const resolved = Promise.resolve();
  return function queueMicrotask(callback) {
    if (typeof callback !== 'function') throw new TypeError('The "callback" argument must be of type function');
    void resolved.then(callback).catch((error: unknown) => {
      host.nextTick(() => {
        throw error;
      });
    });
  };
}
