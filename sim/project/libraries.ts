/**
 * The installed versions of the simulator's dependencies. Their code takes part in every run, but
 * is not covered by the hash of the simulator's sources.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * The dependencies of the package `seedstorm` that contains `folder`, sorted: `['fengari@0.1.5',
 * …]`. A package that is not installed is listed as `name@?`.
 */
export function installedLibraries(folder: string): readonly string[] {
  const own = nearest(folder, (current) => manifestIn(current, 'seedstorm'));
  const names = Object.keys(own?.dependencies ?? {}).sort();
  return names.map((name) => {
    const found = nearest(folder, (current) => manifestIn(path.join(current, 'node_modules', name), name));
    return `${name}@${found?.version ?? '?'}`;
  });
}

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** The first result from the folder upwards; null when no folder has one. */
function nearest<Found>(folder: string, find: (folder: string) => Found | null): Found | null {
  for (let current = folder; ; current = path.dirname(current)) {
    const found = find(current);
    if (found !== null || current === path.dirname(current)) return found;
  }
}

function manifestIn(folder: string, name: string): Manifest | null {
  try {
    const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest;
    return manifest.name === name ? manifest : null;
  } catch {
    return null;
  }
}
