/**
 * The simulator itself, as its command line finds it: bundled by the launcher of the repository, or built and installed.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

declare const SEEDSTORM_ROOT: string;
declare const SEEDSTORM_SOURCE_HASH: string;

/** Folder of the repository; null when installed. */
export const repository: string | null = typeof SEEDSTORM_ROOT === 'string' ? SEEDSTORM_ROOT : null;

const here = path.dirname(fileURLToPath(import.meta.url));

/** Beside the command line in every layout. */
export const workerUrl = new URL('./worker.js', import.meta.url);

/** What `import 'seedstorm'` means in a scenario of a folder where it is not installed. */
export const simulatorEntry =
  repository === null ? path.join(here, 'index.js') : path.join(repository, 'sim', 'index.ts');

/** Stands for all of the simulator's code: 16 hexadecimal digits. */
export function simulatorHash(): string {
  if (typeof SEEDSTORM_SOURCE_HASH === 'string') return SEEDSTORM_SOURCE_HASH;
  const hash = createHash('sha256');
  for (const name of readdirSync(here).sort()) {
    if (/\.[jt]s$/.test(name)) hash.update(`${name}\0`).update(readFileSync(path.join(here, name)));
  }
  return hash.digest('hex').slice(0, 16);
}

/**
 * The hash that tells whether two runs were made by the same code: system, scenario and variant (from their bundle), and the
 * simulator that ran them.
 */
export function wholeCodeHash(bundleHash: string): string {
  return createHash('sha256').update(`${simulatorHash()} ${bundleHash}`).digest('hex').slice(0, 16);
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
