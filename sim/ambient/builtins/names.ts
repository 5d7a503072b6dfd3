/** Recognises specifiers of Node's own modules. */
import { builtinModules } from 'node:module';

const NAMES: ReadonlySet<string> = new Set(builtinModules);

/** True for `fs`, `node:fs` and `fs/promises`; false for packages. */
export function isBuiltin(specifier: string): boolean {
  return specifier.startsWith('node:') || NAMES.has(specifier);
}
