/**
 * Locates the parts of the simulator in each of its layouts: bundled by the launcher of the
 * repository, built and installed as a package, or run from its sources by vitest.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { installedLibraries } from './libraries.ts';
import { simulatorHashOf } from './source-hash.js';

declare const SEEDSTORM_ROOT: string;
declare const SEEDSTORM_SOURCE_HASH: string;

const here = path.dirname(fileURLToPath(import.meta.url));

/** True when vitest runs the sources. */
const fromSources = import.meta.url.endsWith('.ts');

/** The folder of the repository; null when installed as a package. */
export const repository: string | null =
  typeof SEEDSTORM_ROOT === 'string' ? SEEDSTORM_ROOT : fromSources ? path.resolve(here, '..', '..') : null;

/** The bundled code of workers; null when running from sources. */
export const workerUrl: URL | null = fromSources ? null : new URL('./worker.js', import.meta.url);

/**
 * The module that `import 'seedstorm'` resolves to in a scenario: the part of the package that
 * scenarios may import.
 */
export const simulatorEntry =
  repository === null ? path.join(here, 'scenario.js') : path.join(repository, 'sim', 'scenario.ts');

let hashOfSources: string | null = null;

/**
 * The hash of all of the simulator's sources, in 16 hexadecimal digits. It is that of the first
 * call in the process, because sources that change afterwards are not loaded again.
 */
export function simulatorHash(): string {
  if (typeof SEEDSTORM_SOURCE_HASH === 'string') return SEEDSTORM_SOURCE_HASH;
  if (repository === null) throw new Error('this build has no hash of its sources');
  hashOfSources ??= simulatorHashOf(repository);
  return hashOfSources;
}

/**
 * The hash of all code that takes part in a run, in 16 hexadecimal digits: system, scenario and
 * variant (from their bundle), the simulator, and its dependencies.
 */
export function wholeCodeHash(bundleHash: string): string {
  const libraries = installedLibraries(repository ?? here).join(' ');
  return createHash('sha256').update(`${simulatorHash()} ${libraries} ${bundleHash}`).digest('hex').slice(0, 16);
}

export function simulatorVersion(): string {
  for (let folder = repository ?? here; ; folder = path.dirname(folder)) {
    const version = versionIn(path.join(folder, 'package.json'));
    if (version !== null) return version;
    if (folder === path.dirname(folder)) return '0.0.0';
  }
}

function versionIn(file: string): string | null {
  try {
    const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as { name?: unknown; version?: unknown };
    return name === 'seedstorm' && typeof version === 'string' ? version : null;
  } catch {
    return null;
  }
}
