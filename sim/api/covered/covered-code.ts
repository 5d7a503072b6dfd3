/** The code of a run, with the source maps that turn coverage into lines of the user's files. */
import path from 'node:path';
import type { SourceOf } from '../../kernel/placed-text.ts';
import type { SystemBundle } from '../../load/bundle.ts';
import { LoadError } from '../../load/errors.ts';
import { mapsOfUser, sourceOfBundle } from '../../load/evaluate.ts';
import { rootOf } from '../../load/project-root.ts';
import { SIMULATED_FILE } from '../../system/stack-frames.ts';
import type { RanOn } from '../report-lines.ts';

export interface CoveredCode {
  readonly bundle: SystemBundle;
  /** Whether the text belongs to the system: neither to a package nor to the scenario. */
  readonly isOfSystem: (text: string) => boolean;
  /** Null for places in packages, too. */
  readonly sourceOf: SourceOf;
}

/** Throws LoadError if the code has changed since it was bundled. */
export async function coveredCode({ source, bundle, variant }: RanOn): Promise<CoveredCode> {
  const mapped = await source.withSourceMaps(bundle, variant);
  if (mapped === null) throw new LoadError(`${source.place.path}: the code has changed; run the command again`);
  const texts = new Set([...mapsOfUser(mapped).keys()].map((url) => url.slice(SIMULATED_FILE.length)));
  texts.delete(`${mapped.name}.js`);
  const find = sourceOfBundle(mapped, rootOf(path.join(source.place.project, source.place.path)));
  const sourceOf: SourceOf = (place) => {
    const found = find(place);
    return found === null || found.file.includes('node_modules/') ? null : found;
  };
  return { bundle: mapped, isOfSystem: (text) => texts.has(text), sourceOf };
}
