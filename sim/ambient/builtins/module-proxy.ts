/**
 * A front for one of Node's modules: some names replaced, some passed through, and everything else
 * refused.
 */
import type { Guard } from '../guard.ts';

export type ModuleExports = Record<string, unknown>;

/**
 * `passed` are names handed out as they are; what is neither replaced nor passed can be read and
 * extended, not called. Each name is read when it is first asked for: some warn when they are read,
 * and a module has many. Assignable, as in Node; what is assigned stays in the front.
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
    if (Object.hasOwn(replaced, key)) known[key] = replaced[key];
    else known[key] = passed.includes(key) ? real[key] : guard.refusingInside(`${way} ${key}`, real[key]);
  }

  const front: ModuleExports = new Proxy(known, {
    get(target, name) {
      learn(name);
      // It serves as its own namespace, see there.
      return name === 'default' && !Object.hasOwn(target, name) ? front : Reflect.get(target, name);
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
 * A module that reaches the world outside in all that it does. Functions exported as the module
 * itself (`node:test`) too.
 */
export function refusingModule(way: string, real: unknown, guard: Guard): unknown {
  if (typeof real === 'function') return guard.refusingInside(way, real);
  return moduleProxy(way, real as ModuleExports, guard, {}, []);
}
