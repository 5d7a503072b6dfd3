/** The lines of the system's code that ran in one step, and what of their functions did not. */
import { printable } from '../../kernel/printable.ts';
import type { RunReport } from '../../search/job.ts';
import type { Palette } from '../colour.ts';
import { lineContextOf } from '../line-context.ts';
import { recordLine } from '../record-line.ts';
import { tableLines } from '../table-lines.ts';

const TEXT_LENGTH = 90;

/** Number of records of the step to print. */
const RECORDS_MAX = 4;

/** From this number on, lines outside of functions are one line: the step has loaded modules. */
const MODULES_MIN = 4;

export interface CodeRange {
  readonly file: string;
  readonly firstLine: number;
  readonly lastLine: number;
  /** Such as `Room.join`, or `callback in Room.join` for one without a name. */
  readonly function: string;
}

/** A branch, or a function without a name, of a function that ran. */
export interface SkippedBlock extends CodeRange {
  /** The beginning of its code. */
  readonly code: string;
}

export interface LinesOfStep {
  readonly step: number;
  /** In the order of files and lines. */
  readonly lines: readonly CodeRange[];
  /** In the same order. */
  readonly skipped: readonly SkippedBlock[];
}

/** `wanted`: the step that the caller named; null if there was none. */
export function stepLines(
  { step, lines, skipped }: LinesOfStep,
  wanted: number | null,
  { records = [], places: placesOfRecords, texts }: Pick<RunReport, 'records' | 'places' | 'texts'>,
  palette: Palette,
): string[] {
  const context = lineContextOf(records, placesOfRecords, undefined, texts);
  const ofStep = records.filter((record) => record.step === step).slice(0, RECORDS_MAX);
  const modules = lines.filter(({ function: name }) => name === 'module');
  const isLoading = modules.length >= MODULES_MIN;
  const rows = [
    ...(isLoading ? lines.filter((range) => !modules.includes(range)) : lines).map((range) => ({
      range,
      what: printable(range.function),
    })),
    ...skipped.map((range) => ({
      range,
      what: `${printable(range.function)}   did not run: ${printable(range.code)}`,
    })),
  ].sort((left, right) => compare(left.range, right.range));
  const places = rows.map(({ range }) => placeOf(range));
  const width = Math.max(0, ...places.map(({ length }) => length));
  const instead = wanted !== null && wanted !== step ? `step ${wanted} runs no code of the system; ` : '';
  return [
    `${instead}lines that ran in step ${step}:`,
    ...tableLines(
      ofStep.map((record) => recordLine(record, TEXT_LENGTH, context)),
      palette,
    ),
    ...rows.map(({ what }, index) => `   ${(places[index] ?? '').padEnd(width)}   ${what}`),
    ...(isLoading ? [`   and lines outside of functions in ${filesIn(modules)} files, which were loaded`] : []),
  ];
}

const filesIn = (ranges: readonly CodeRange[]): number => new Set(ranges.map(({ file }) => file)).size;

/** In the order of files and lines. */
export function compare(left: CodeRange, right: CodeRange): number {
  if (left.file !== right.file) return left.file < right.file ? -1 : 1;
  return left.firstLine - right.firstLine || left.lastLine - right.lastLine;
}

/** Such as `src/rooms.ts:38-40`, which editors open. */
export function placeOf({ file, firstLine, lastLine }: Omit<CodeRange, 'function'>): string {
  return `${printable(file)}:${firstLine}${lastLine > firstLine ? `-${lastLine}` : ''}`;
}
