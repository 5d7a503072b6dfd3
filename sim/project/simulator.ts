/**
 * The simulator itself, as it finds its own parts: bundled by the launcher of the repository, built and installed, or executed from
 * its sources by vitest.
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

/** True when nothing was bundled. */
const fromSources = import.meta.url.endsWith('.ts');

/** Folder of the repository; null when installed. */
export const repository: string | null =
  typeof SEEDSTORM_ROOT === 'string' ? SEEDSTORM_ROOT : fromSources ? path.resolve(here, '..', '..') : null;

/** Beside the bundled code in every layout; among the sources there is none. */
export const workerUrl: URL | null = fromSources ? null : new URL('./worker.js', import.meta.url);

/** What `import 'seedstorm'` means in a scenario: the part of the package that a scenario is written with. */
export const simulatorEntry =
  repository === null ? path.join(here, 'scenario.js') : path.join(repository, 'sim', 'scenario.ts');

/** Stands for all of the simulator's code: 16 hexadecimal digits. */
export function simulatorHash(): string {
  if (typeof SEEDSTORM_SOURCE_HASH === 'string') return SEEDSTORM_SOURCE_HASH;
  if (repository === null) throw new Error('this build does not know what it was built from');
  return simulatorHashOf(repository);
}

/**
 * The hash that tells whether two runs were made by the same code: system, scenario and variant (from their bundle), the
 * simulator that ran them, and the libraries that it is made with.
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
