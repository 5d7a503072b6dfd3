/** One run as the data of a page. */
import { NO_SOURCES, type SourceOf } from '../kernel/placed-text.ts';
import type { RunRecord } from '../kernel/record.ts';
import { PRINTED_MAX } from '../kernel/recorder.ts';
import { isSelected, type Selection } from '../kernel/selection.ts';
import { failureText } from '../report/failure-text.ts';
import { placesByRecord, withSources } from '../report/placed-records.ts';
import { explainedOnPage } from '../report/why/why.ts';
import type { RunReport } from '../search/job.ts';
import { mapTexts } from '../report/redaction/map-texts.ts';
import { packRecords } from './packed-records.ts';
import type { PageRun, RunName } from './page-data.ts';
import type { StateChange } from '../kernel/state-change.ts';
import { CHANGES_MAX, pageChanges } from './state-changes.ts';

/** A browser scrolls through more, but takes seconds to read the file. */
export const RECORDS_MAX = 200_000;

/** Number of characters of a text that the page shows. */
export const TEXT_LENGTH_MAX = 4000;

export interface RunOnPage {
  readonly name: RunName;
  readonly title: string;
  readonly about: string;
  readonly report: Pick<RunReport, 'records' | 'causes' | 'places' | 'printed' | 'failure'>;
  readonly sourceOf?: SourceOf | undefined;
  readonly selection?: Selection | undefined;
  /** The number of the record to begin at. By default the run's failure, or its end. */
  readonly why?: number | undefined;
  readonly differsFrom?: number | undefined;
  /** The state of the system, if it was read. */
  readonly changes?: readonly StateChange[] | undefined;
}

/** `cut`: what is missing, in sentences. */
export interface MadeRun {
  readonly run: PageRun;
  readonly cut: readonly string[];
}

export function pageRunOf(
  { name, title, about, report, sourceOf = NO_SOURCES, selection = {}, why, differsFrom, changes }: RunOnPage,
  recordsMax = RECORDS_MAX,
): MadeRun {
  const { records = [], causes = [], places = [], printed = [], failure } = report;
  const from = records.length === 0 ? undefined : (why ?? failure ?? undefined);
  const explained = from === undefined ? null : explainedOnPage({ records, causes }, from);
  const roots = explained?.roots ?? (records.length === 0 ? [] : [records.length - 1]);
  const kept = positionsKept(records, selection, recordsMax, roots[0] ?? records.length - 1);
  const placeAt = new Map(kept.map((position, index) => [position, index]));
  const indexesOf = (positions: readonly number[]): number[] =>
    positions.flatMap((position) => placeAt.get(position) ?? []);
  let texts = 0;
  const shortened = (text: string): string => {
    if (text.length <= TEXT_LENGTH_MAX) return text;
    texts += 1;
    return `${text.slice(0, TEXT_LENGTH_MAX)}… (${text.length} characters)`;
  };
  const shown = kept.map((position) =>
    mapTexts(records[position] as RunRecord, (text) => shortened(withSources(text, sourceOf))),
  );
  const placeOf = placesByRecord(records, places, sourceOf);
  const isWhole = kept.length === records.length;
  const run: PageRun = {
    name,
    title,
    about,
    end: failure === null ? 'Everything held.' : failureText(failure, sourceOf),
    hasFailed: failure !== null,
    total: records.length,
    records: packRecords(shown),
    numbers: isWhole ? null : kept.map((position) => position + 1),
    causes: kept.map((position, index) => indexesOf(causes[position] ?? []).map((cause) => index - cause)),
    roots: indexesOf(roots),
    led: explained && indexesOf(explained.led),
    places: kept.flatMap((position, index) => {
      const place = placeOf.get(records[position] as RunRecord);
      return place === undefined ? [] : [[index, place] as const];
    }),
    printed: printed
      .filter(({ step }) => step >= (selection.from ?? 0) && step <= (selection.until ?? Infinity))
      .map((output) => ({
        ...output,
        after: countBelow(kept, output.after),
        text: shortened(withSources(output.text, sourceOf)),
      })),
    ...(changes === undefined ? {} : { changes: pageChanges(changes) }),
    ...(differsFrom === undefined ? {} : { differsFrom: countBelow(kept, differsFrom) }),
  };
  const cut = [
    ...(isWhole ? [] : [`${title}: the page has ${kept.length} of ${records.length} records.`]),
    ...(printed.length < PRINTED_MAX ? [] : [`${title}: only the last ${PRINTED_MAX} lines of output were kept.`]),
    ...((changes?.length ?? 0) <= CHANGES_MAX
      ? []
      : [`${title}: only the last ${CHANGES_MAX} changes of the state were kept.`]),
    ...(texts === 0 ? [] : [`${title}: ${texts} texts are cut at ${TEXT_LENGTH_MAX} characters.`]),
  ];
  return { run, cut };
}

/** The selected positions; of too many, those nearest before the record at which the page opens. */
function positionsKept(
  records: readonly RunRecord[],
  selection: Selection,
  recordsMax: number,
  opensAt: number,
): readonly number[] {
  const selected = records.flatMap((record, position) =>
    isSelected(record, selection) || position === opensAt ? [position] : [],
  );
  if (selected.length <= recordsMax) return selected;
  const end = Math.max(recordsMax, countBelow(selected, opensAt + 1));
  return selected.slice(end - recordsMax, end);
}

/** Number of the ascending values that are below the limit. A binary search. */
function countBelow(ascending: readonly number[], limit: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
