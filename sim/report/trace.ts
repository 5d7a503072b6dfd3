/**
 * The trace of one run, record by record.
 */
import type { CausesOf } from '../kernel/causes.ts';
import type { RunRecord } from '../kernel/record.ts';
import { printable } from '../kernel/printable.ts';
import type { PlaceOfRecord, TextOfRecord } from '../kernel/record-code.ts';
import type { Printed } from '../kernel/recorder.ts';
import { NO_SOURCES, type SourceOf } from '../kernel/placed-text.ts';
import { isSelected, type Selection } from '../kernel/selection.ts';
import type { Palette } from './colour.ts';
import { excerptOf, VERBOSE_LINES, withoutEchoes } from './excerpt/excerpt.ts';
import type { Moment } from './excerpt/facts.ts';
import { type LineContext, lineContextOf } from './line-context.ts';
import { withSources } from './placed-records.ts';
import { type RecordLine, recordLine } from './record-line.ts';
import { tableLines } from './table-lines.ts';

const TEXT_LENGTH = 120;
const VERBOSE_TEXT_LENGTH = 4000;

export interface TraceOptions {
  /** The failure of the run; null when every property held. */
  readonly failure: Moment | null;
  readonly verbose: boolean;
  /** Console output of the system, shown between the records where it was printed. */
  readonly printed?: readonly Printed[] | undefined;
  /** Places in the code that the records name. */
  readonly places?: readonly PlaceOfRecord[] | undefined;
  /** What commands said and were answered. */
  readonly texts?: readonly TextOfRecord[] | undefined;
  /** The causes of each record, which help to choose those that are shown. */
  readonly causes?: readonly CausesOf[] | undefined;
  /** The part of the run to show; all of it by default. */
  readonly selection?: Selection | undefined;
  /** Show only lines that contain this text: see `hasText`. */
  readonly grep?: string | undefined;
  /** Finds the lines of places. */
  readonly sourceOf?: SourceOf | undefined;
}

/**
 * Whether the line of a record contains the text, in its uncut form, without step and time. Case
 * does not matter.
 */
export function hasText(record: RunRecord, text: string, context: LineContext): boolean {
  return lineHas(recordLine(record, VERBOSE_TEXT_LENGTH, context), text);
}

function lineHas({ who, what }: RecordLine, text: string): boolean {
  return `${who} ${what}`.toLowerCase().includes(text.toLowerCase());
}

/**
 * Every record when `verbose`. Otherwise timers and duplicates (a frame that is sent and later
 * delivered) are hidden, unless the report of the failure shows them.
 */
export function traceLines(
  records: readonly RunRecord[],
  { failure, verbose, printed = [], places, texts, causes, selection = {}, grep, sourceOf = NO_SOURCES }: TraceOptions,
  palette: Palette,
): string[] {
  const excerpt = failure === null ? [] : excerptOf(records, failure, { lines: VERBOSE_LINES, causes });
  const reported = new Set(excerpt.map(({ record }) => record));
  const shown = new Set(
    verbose ? records : withoutEchoes(records).filter((record) => isShown(record) || reported.has(record)),
  );
  const context = lineContextOf(records, places, sourceOf, texts);
  const length = verbose ? VERBOSE_TEXT_LENGTH : TEXT_LENGTH;
  const lines: RecordLine[] = [];
  let next = 0;
  const printBefore = (index: number): void => {
    for (let output = printed[next]; output !== undefined && output.after <= index; output = printed[next]) {
      next += 1;
      if (!isPrintedSelected(output, selection)) continue;
      const shownLines = printedLines({ ...output, text: withSources(output.text, sourceOf) });
      lines.push(...shownLines.filter((line) => grep === undefined || lineHas(line, grep)));
    }
  };
  for (const [index, record] of records.entries()) {
    printBefore(index);
    if (!shown.has(record) || !isSelected(record, selection)) continue;
    if (grep === undefined || hasText(record, grep, context)) lines.push(recordLine(record, length, context));
  }
  printBefore(records.length);
  return tableLines(lines, palette, '');
}

function printedLines({ step, atMs, who, text }: Printed): RecordLine[] {
  return text.split('\n').map((line) => ({
    marked: false,
    step,
    atMs,
    who: printable(who),
    what: `│ ${printable(line, VERBOSE_TEXT_LENGTH)}`,
  }));
}

function isPrintedSelected({ step, who }: Printed, { from = 0, until = Infinity, only }: Selection): boolean {
  return step >= from && step <= until && only?.some((name) => who === name || who.startsWith(`${name}.`)) !== false;
}

function isShown(record: RunRecord): boolean {
  if (record.type === 'frame') return record.phase !== 'sent';
  if (record.type === 'command') return record.phase !== 'sent' && record.phase !== 'reply';
  return record.type !== 'timer';
}
