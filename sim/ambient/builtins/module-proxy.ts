/**
 * A proxy of one of Node's modules: some exports are replaced, some passed through, all others
 * throw when called.
 */
import type { Guard } from '../guard.ts';

export type ModuleExports = Record<string, unknown>;

/**
 * `passed` are the names of exports that are passed through. Exports that are neither replaced nor
 * passed can be read and extended, but throw when called. Each export is read on first use, because
 * reading some of them prints a warning. Exports can be assigned, as in Node; the assigned value
 * stays in the proxy.
 */
export function moduleProxy(
  way: string,
  real: ModuleExports,
  guard: Guard,
  replaced: ModuleExports,
  passed: readonly string[],
): ModuleExports {
  const known: ModuleExports = {};

  function learn(name: PropertyKey): void {
    if (typeof name === 'symbol' || Object.hasOwn(known, name) || !Object.hasOwn(real, name)) return;
    const key = String(name);
    const read = (): unknown => (passed.includes(key) ? real[key] : guard.refusingInside(`${way} ${key}`, real[key]));
    if (Object.hasOwn(replaced, key)) known[key] = replaced[key];
    else if (Object.getOwnPropertyDescriptor(real, key)?.get === undefined) known[key] = read();
    else defineLazy(key, read);
  }

  /** Code that only lists the exports does not use them: esbuild's copies of a module do so. */
  function defineLazy(key: string, read: () => unknown): void {
    const assign = (value: unknown): void => {
      Object.defineProperty(known, key, { value, writable: true, enumerable: true, configurable: true });
    };
    const get = (): unknown => {
      assign(read());
      return known[key];
    };
    Object.defineProperty(known, key, { get, set: assign, enumerable: true, configurable: true });
  }

  const front: ModuleExports = new Proxy(known, {
    get(target, name) {
      learn(name);
      // The proxy is its own namespace.
      return name === 'default' && !Object.hasOwn(target, name) ? front : Reflect.get(target, name);
    },
    set(target, name, value, receiver) {
      learn(name);
      return Reflect.set(target, name, value, receiver === front ? target : receiver);
    },
    has: (target, name) => Object.hasOwn(real, name) || Reflect.has(target, name),
    getOwnPropertyDescriptor(target, name) {
      learn(name);
      return Reflect.getOwnPropertyDescriptor(target, name);
    },
    ownKeys(target) {
      for (const name of Object.getOwnPropertyNames(real)) learn(name);
      return Reflect.ownKeys(target);
    },
  });
  return front;
}

/**
 * A proxy of a module whose functions all throw. The module may be a function itself (`node:test`).
 */
export function refusingModule(way: string, real: unknown, guard: Guard): unknown {
  if (typeof real === 'function') return guard.refusingInside(way, real);
  return moduleProxy(way, real as ModuleExports, guard, {}, []);
}
