/**
 * `node:fs` and `node:fs/promises`. Every function throws, except reading a package.json, which
 * fails with ENOENT: packages look up their own version there and continue without it.
 */
import { type Guard, insteadOf } from '../guard.ts';
import { moduleProxy, type ModuleExports } from './module-proxy.ts';

const OWN_DESCRIPTION = /(^|[\\/])package\.json$/;

function absent(file: unknown): Error {
  // Begins as Node's text, which code may test. The rest explains why a file that exists is not
  // found.
  const text = `ENOENT: no such file or directory, open '${String(file)}': files are not simulated; instead, ${insteadOf('node:fs')}`;
  return Object.assign(new Error(text), { code: 'ENOENT', syscall: 'open' });
}

/** A function that answers for a package.json and throws for every other file. */
function reading(guard: Guard, way: string, answer: (file: unknown, rest: readonly unknown[]) => unknown) {
  return (file: unknown, ...rest: unknown[]): unknown =>
    OWN_DESCRIPTION.test(String(file)) ? answer(file, rest) : guard.refuse(way);
}

function absentLater(guard: Guard, way: string) {
  return reading(guard, way, (file) => Promise.reject(absent(file)));
}

export function createFsPromisesModule(guard: Guard, real: ModuleExports): ModuleExports {
  const readFile = absentLater(guard, 'node:fs/promises readFile');
  return moduleProxy('node:fs/promises', real, guard, { readFile }, ['constants']);
}

export function createFsModule(
  guard: Guard,
  real: ModuleExports,
  nextTick: (callback: () => void) => void,
): ModuleExports {
  const readFile = reading(guard, 'node:fs readFile', (file, rest) => {
    const callback = rest.at(-1);
    if (typeof callback === 'function') nextTick(() => (callback as (error: Error) => void)(absent(file)));
  });
  const readFileSync = reading(guard, 'node:fs readFileSync', (file) => {
    throw absent(file);
  });
  const promises = guard.refusingInside('node:fs promises', real['promises']) as ModuleExports;
  promises['readFile'] = absentLater(guard, 'node:fs promises.readFile');
  return moduleProxy('node:fs', real, guard, { readFile, readFileSync, promises }, ['constants']);
}
