/**
 * `globalThis` of code under simulation: simulated globals in front of the real ones. A property
 * that code adds is kept here. It is found as `globalThis.name`, but not as a bare identifier.
 */
const realGlobal = globalThis;

export function createGlobalObject<Name extends string>(names: readonly Name[], get: (name: Name) => unknown): object {
  const simulated = Object.create(realGlobal) as object;
  for (const name of names) {
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
