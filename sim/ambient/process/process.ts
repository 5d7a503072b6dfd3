/**
 * The simulated `process`: an event emitter with the environment, the signals, the exit and the
 * measurements of one process, and constants that are the same on every machine. Functions that
 * would reach the real process throw. Only the Node version is real, because packages use it to
 * detect features of the engine.
 *
 * Its state is kept by the host. Each process has one such object. Code that outlives processes,
 * such as a package, finds a proxy, which passes each use to the object of the process that runs.
 */
import { AsyncResource } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import type { Writable } from 'node:stream';
import type { AmbientHost } from '../../system/image.ts';
import type { Guard } from '../guard.ts';
import type { AsyncContextUse } from '../timers.ts';
import { createEnvironment } from './environment.ts';
import { createExit, setExitCode } from './exit.ts';
import { createMeasurements } from './measurements.ts';
import { systemError, invalidType } from './node-error.ts';
import { isUncatchable } from './signals.ts';
import { createInput, createOutput } from './streams.ts';
import { createWarnings } from './warnings.ts';

const real = process as unknown as Record<string, unknown>;
const { version, versions, release } = process;

/**
 * `binding` is left out: it is deprecated, and packages test for it, within a `try`, when they are
 * loaded. So are `send` and `disconnect`, which a process has only if another one of Node started
 * it.
 */
const REFUSED = [
  'chdir',
  'dlopen',
  'initgroups',
  'loadEnvFile',
  'openStdin',
  'setegid',
  'seteuid',
  'setgid',
  'setgroups',
  'setuid',
] as const;

export type SimulatedProcess = EventEmitter &
  Record<string, unknown> & {
    nextTick(callback: (...parameters: unknown[]) => void, ...parameters: unknown[]): void;
    readonly stdout: Writable;
    readonly stderr: Writable;
  };

const LISTENERS: ReadonlySet<PropertyKey> = new Set(['_events', '_eventsCount']);

/** What `createProcess` needs besides the host. */
export interface ProcessParts {
  readonly guard: Guard;
  readonly context: AsyncContextUse;
  /** Answers `process.getBuiltinModule`. */
  readonly requireBuiltin: (name: string) => unknown;
}

/** `process` for code that runs in one process, or in several. */
export function createProcess(host: AmbientHost, parts: ProcessParts): SimulatedProcess {
  const current = (): SimulatedProcess => processObject(host, parts);
  if (host.owner === host) return current();
  const passed = <Key extends keyof typeof Reflect>(name: Key) => {
    const reflect = Reflect[name] as (...parameters: unknown[]) => unknown;
    return (_target: object, ...parameters: unknown[]): unknown => {
      // A receiver would be the proxy, which has no properties.
      return reflect(current(), ...(name === 'get' ? parameters.slice(0, -1) : parameters));
    };
  };
  const traps = ['get', 'has', 'deleteProperty', 'ownKeys', 'defineProperty', 'getPrototypeOf'] as const;
  const handler: Record<string, unknown> = Object.fromEntries(traps.map((name) => [name, passed(name)]));
  handler['set'] = (_target: object, key: PropertyKey, value: unknown) => {
    // An emitter keeps its listeners in properties, too.
    if (host.state.isLoading && !LISTENERS.has(key)) host.state.assigned.set(key, value);
    return Reflect.set(current(), key, value);
  };
  handler['getOwnPropertyDescriptor'] = (_target: object, key: PropertyKey) => {
    const descriptor = Reflect.getOwnPropertyDescriptor(current(), key);
    return descriptor === undefined ? undefined : { ...descriptor, configurable: true };
  };
  return new Proxy({}, handler) as SimulatedProcess;
}

/** The object of the process that the host answers for, made on first use. */
function processObject(host: AmbientHost, parts: ProcessParts): SimulatedProcess {
  const { state } = host;
  state.object ??= createObject(host, parts);
  return state.object as SimulatedProcess;
}

function createObject(host: AmbientHost, { guard, context, requireBuiltin }: ProcessParts): SimulatedProcess {
  const simulated = Object.create(Process.prototype) as SimulatedProcess;
  EventEmitter.call(simulated);
  const { argv } = host.state;
  Object.assign(simulated, {
    title: 'node',
    ppid: 0,
    platform: 'linux',
    arch: 'x64',
    version,
    versions,
    release,
    argv,
    argv0: 'node',
    execArgv: [],
    execPath: argv[0],
    debugPort: 9229,
    env: createEnvironment(host),
    features: {},
    config: { target_defaults: {}, variables: {} },
    allowedNodeEnvironmentFlags: new Set<string>(),
    cwd: () => host.state.cwd,
    nextTick(callback: unknown, ...parameters: unknown[]) {
      if (typeof callback !== 'function') throw invalidType('callback', 'function', callback);
      const run = callback as (...parameters: unknown[]) => void;
      const bound = context.used ? AsyncResource.bind(run) : run;
      host.nextTick(() => Reflect.apply(bound, undefined, parameters));
    },
    getBuiltinModule: requireBuiltin,
    setUncaughtExceptionCaptureCallback(listener: ((error: unknown) => void) | null) {
      host.state.onUncaught = listener;
    },
    hasUncaughtExceptionCaptureCallback: () => host.state.onUncaught !== null,
    ...createExit(host, guard),
    ...createMeasurements(host),
    ...createWarnings(host),
  });
  define(simulated, 'pid', () => host.state.pid);
  define(simulated, '_exiting', () => host.state.isExiting);
  define(
    simulated,
    'exitCode',
    () => host.state.exitCode,
    (code) => setExitCode(host.state, code),
  );
  defineLazily(simulated, 'stdin', () => createInput());
  defineLazily(simulated, 'stdout', () => createOutput(host, 'stdout'));
  defineLazily(simulated, 'stderr', () => createOutput(host, 'stderr'));
  for (const name of REFUSED) {
    // What this Node lacks is lacking here, too.
    if (name in real) simulated[name] = guard.refusingInside(`process.${name}`, real[name]);
  }
  simulated.on('newListener', (name: string | symbol) => {
    if (typeof name === 'string' && isUncatchable(name)) throw systemError('uv_signal_start', 'EINVAL', -22);
  });
  return simulated;
}

/** Node's `process` is an instance of a class of this name. */
class Process extends EventEmitter {
  get [Symbol.toStringTag](): string {
    return 'process';
  }
}

function define(target: object, name: string, get: () => unknown, set?: (value: unknown) => void): void {
  Object.defineProperty(target, name, {
    get,
    ...(set === undefined ? {} : { set }),
    enumerable: true,
    configurable: true,
  });
}

/** A property that is made when it is read first, and that code can replace. */
function defineLazily(target: object, name: string, make: () => unknown): void {
  const replace = (value: unknown): void => {
    Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true });
  };
  define(
    target,
    name,
    () => {
      const value = make();
      replace(value);
      return value;
    },
    replace,
  );
}
