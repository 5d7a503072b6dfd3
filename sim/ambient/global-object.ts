/**
 * `globalThis` of code under simulation: simulated globals in front of the real ones. A property
 * that code adds is kept here. It is found as `globalThis.name`, but not as a bare identifier,
 * unless it is a global of the web: those are members of this object in bundled code.
 */
import { isWebName } from './web/names.ts';

const realGlobal = globalThis;

export function createGlobalObject<Name extends string>(names: readonly Name[], get: (name: Name) => unknown): object {
  const simulated = Object.create(realGlobal) as object;
  for (const name of names) {
    if (isWebName(name)) {
      defineOnFirstRead(simulated, name, () => get(name));
      continue;
    }
    const value = get(name);
    // Undefined means that Node has no such global: `'Worker' in globalThis` must be false, as in
    // Node.
    if (value !== undefined || name in realGlobal)
      Object.defineProperty(simulated, name, { value, writable: true, configurable: true });
  }
  for (const name of ['globalThis', 'global'])
    Object.defineProperty(simulated, name, { value: simulated, writable: true, configurable: true });
  return simulated;
}

/** A global of the web is expensive to make. Node has accessors for most of them, too. */
function defineOnFirstRead(simulated: object, name: string, make: () => unknown): void {
  const define = (value: unknown): void => {
    Object.defineProperty(simulated, name, { value, writable: true, configurable: true });
  };
  Object.defineProperty(simulated, name, {
    get() {
      const value = make();
      define(value);
      return value;
    },
    set: define,
    configurable: true,
  });
}
