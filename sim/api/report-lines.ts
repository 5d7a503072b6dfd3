/** The lines of the source for a report, if it names places of the code. */
import type { SystemBundle } from '../load/bundle.ts';
import { NO_SOURCES, type SourceOf } from '../kernel/placed-text.ts';
import { namesPlaces, type Placed } from '../report/names-places.ts';
import type { Source } from '../project/scenario-source.ts';

/** The code that a run was made on. */
export interface RanOn {
  readonly source: Source;
  readonly variant: string | null;
  readonly bundle: SystemBundle;
}

/** The lines of all code, whatever a report names: the code that wrote a record has lines, too. */
export async function linesOfAll({ source, variant, bundle }: RanOn): Promise<SourceOf> {
  return await source.linesOf(bundle, variant);
}

/** `everyRecord`: the report has all records of the run. */
export async function linesFor(
  { source, variant, bundle }: RanOn,
  report: Placed,
  everyRecord = false,
): Promise<SourceOf> {
  return namesPlaces(report, everyRecord) ? await source.linesOf(bundle, variant) : NO_SOURCES;
}
