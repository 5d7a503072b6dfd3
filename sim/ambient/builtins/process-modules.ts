/**
 * Modules of Node whose exports a process may replace for its packages, too: in Node there is one
 * `http` per process, so `http.request = traced` and `http.globalAgent = agent` also change what
 * packages call. Packages are evaluated once for all processes, so they use the modules of the
 * process that runs.
 */
import type { AmbientHost } from '../../system/image.ts';
import type { ModuleExports } from './module-proxy.ts';

/** By process: what its own modules require. */
const requires = new WeakMap<object, (name: string) => unknown>();

const REPLACEABLE: ReadonlySet<string> = new Set(['net', 'http', 'https']);

/** Does nothing for a host of code that outlives processes. */
export function registerModules(host: AmbientHost, require: (name: string) => unknown): void {
  if (host.owner === host) requires.set(host, require);
}

/**
 * A module for code that may outlive processes: its exports are those of the process that runs, and
 * `own` while none runs.
 */
export function ofProcess(name: string, host: AmbientHost, own: unknown): unknown {
  if (!REPLACEABLE.has(name) || host.owner === host) return own;
  const current = (): ModuleExports => (requires.get(host.owner)?.(name) ?? own) as ModuleExports;
  const front: ModuleExports = new Proxy(own as ModuleExports, {
    // A package keeps what it imports as the default, so that it must be this proxy.
    get: (_, key) => (key === 'default' ? front : Reflect.get(current(), key)),
    set: (_, key, value) => Reflect.set(current(), key, value),
    has: (_, key) => Reflect.has(current(), key),
    defineProperty: (_, key, descriptor) => Reflect.defineProperty(current(), key, descriptor),
    deleteProperty: (_, key) => Reflect.deleteProperty(current(), key),
  });
  return front;
}
