/**
 * `globalThis` of code under simulation: the shadows in front of the real globals. What is written
 * to it stays in it; a name that was written there is found through it, though not as a bare
 * identifier.
 */
const realGlobal = globalThis;

export function createGlobalObject<Name extends string>(names: readonly Name[], get: (name: Name) => unknown): object {
  const shown = Object.create(realGlobal) as object;
  for (const name of names) {
    const value = get(name);
    // Undefined stands for "no such global", so that `'Worker' in globalThis` answers as it does in
    // Node.
    if (value !== undefined || name in realGlobal)
      Object.defineProperty(shown, name, { value, writable: true, configurable: true });
  }
  for (const name of ['globalThis', 'global'])
    Object.defineProperty(shown, name, { value: shown, writable: true, configurable: true });
  return shown;
}
