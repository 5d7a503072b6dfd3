/**
 * The simulated `process`: an empty environment, the host's clocks, constants that are the same on
 * every machine, and events that are never emitted. Functions that would reach the real process
 * throw. Only the Node version is real, because packages use it to detect features of the engine.
 */
import type { AmbientHost } from '../system/image.ts';
import { APP_FOLDER, NODE_PATH } from '../system/program.ts';
import type { Guard } from './guard.ts';
import type { AsyncContextUse } from './timers.ts';
import { printedValue, printedChunk } from './printed-value.ts';
import { AsyncResource } from 'node:async_hooks';

const real = process as unknown as Record<string, unknown>;
const { version, versions, release } = process;

/**
 * `binding` is left out: it is deprecated, and packages test for it, within a `try`,
 * when they are loaded.
 */
const REFUSED = [
  'abort',
  'chdir',
  'constrainedMemory',
  'cpuUsage',
  'disconnect',
  'dlopen',
  'exit',
  'getActiveResourcesInfo',
  'getegid',
  'geteuid',
  'getgid',
  'getgroups',
  'getuid',
  'kill',
  'loadEnvFile',
  'memoryUsage',
  'openStdin',
  'reallyExit',
  'resourceUsage',
  'send',
  'setegid',
  'seteuid',
  'setgid',
  'setgroups',
  'setuid',
  'umask',
] as const;

const LISTENING = [
  'on',
  'once',
  'off',
  'addListener',
  'prependListener',
  'prependOnceListener',
  'removeListener',
  'removeAllListeners',
  'setMaxListeners',
] as const;

export type SimulatedProcess = Record<string, unknown> & {
  nextTick(callback: (...parameters: unknown[]) => void, ...parameters: unknown[]): void;
};

/** `requireBuiltin` answers `process.getBuiltinModule`. */
export function createProcess(
  host: AmbientHost,
  guard: Guard,
  context: AsyncContextUse,
  requireBuiltin: (name: string) => unknown,
  argv: readonly string[] = [NODE_PATH, '/system.js'],
): SimulatedProcess {
  const simulated: SimulatedProcess = {
    title: 'node',
    pid: 1,
    ppid: 0,
    platform: 'linux',
    arch: 'x64',
    version,
    versions,
    release,
    argv: [...argv],
    argv0: 'node',
    execArgv: [],
    execPath: NODE_PATH,
    env: {},
    features: {},
    config: {},
    exitCode: undefined,
    stdout: stream(host, 1),
    stderr: stream(host, 2),
    stdin: guard.refusing('process.stdin'),
    cwd: () => APP_FOLDER,
    nextTick(callback, ...parameters) {
      if (typeof callback !== 'function') throw new TypeError('The "callback" argument must be of type function');
      const bound = context.used ? AsyncResource.bind(callback) : callback;
      host.nextTick(() => Reflect.apply(bound, undefined, parameters));
    },
    hrtime: Object.assign((since?: readonly [number, number]) => highResolutionTime(host.monotonicMs(), since), {
      bigint: () => BigInt(Math.round(host.monotonicMs() * 1e6)),
    }),
    uptime: () => host.monotonicMs() / 1000,
    emit: () => false,
    emitWarning(warning: unknown) {
      if (host.detailed) host.print(`warning: ${String(printedValue(warning))}`);
    },
    listeners: () => [],
    rawListeners: () => [],
    eventNames: () => [],
    listenerCount: () => 0,
    getMaxListeners: () => 10,
    getBuiltinModule: requireBuiltin,
    [Symbol.toStringTag]: 'process',
  };
  for (const name of LISTENING) simulated[name] = () => simulated;
  for (const name of REFUSED) {
    // What this Node lacks is lacking here, too.
    if (name in real) simulated[name] = guard.refusingInside(`process.${name}`, real[name]);
  }
  return simulated;
}

function highResolutionTime(nowMs: number, since?: readonly [number, number]): [number, number] {
  const now = Math.round(nowMs * 1e6);
  const elapsed = since === undefined ? now : now - (since[0] * 1e9 + since[1]);
  const seconds = Math.floor(elapsed / 1e9);
  return [seconds, elapsed - seconds * 1e9];
}

function stream(host: AmbientHost, fd: number): object {
  const own = {
    fd,
    isTTY: false,
    writable: true,
    write(chunk: unknown) {
      if (host.detailed) host.print(printedChunk(chunk).replace(/\n$/, ''));
      return true;
    },
    end: () => own,
    on: () => own,
    once: () => own,
    off: () => own,
    removeListener: () => own,
    emit: () => false,
    getColorDepth: () => 1,
    hasColors: () => false,
  };
  return own;
}
