/**
 * The packages that the simulator is made with, as they are installed: what they do is part of every run, and no source of ours tells it.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** `['fengari@0.1.5', …]`, sorted: the dependencies of the package `seedstorm` that `folder` lies in. `name@?` for one that is not found. */
export function installedLibraries(folder: string): readonly string[] {
  const own = nearest(folder, (above) => manifestIn(above, 'seedstorm'));
  const names = Object.keys(own?.dependencies ?? {}).sort();
  return names.map((name) => {
    const found = nearest(folder, (above) => manifestIn(path.join(above, 'node_modules', name), name));
    return `${name}@${found?.version ?? '?'}`;
  });
}

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** What is found in the folder, or in the nearest above it. */
function nearest<Found>(folder: string, find: (folder: string) => Found | null): Found | null {
  for (let above = folder; ; above = path.dirname(above)) {
    const found = find(above);
    if (found !== null || above === path.dirname(above)) return found;
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
