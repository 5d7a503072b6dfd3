/** Records that led to each other, as lines with their numbers and those of their causes. */
import { NO_SOURCES, type SourceOf } from '../../kernel/placed-text.ts';
import type { CausesOf } from '../../kernel/causes.ts';
import type { RunRecord } from '../../kernel/record.ts';
import type { PathOfRecord, PlaceOfRecord, TextOfRecord } from '../../kernel/record-code.ts';
import type { RunReport } from '../../search/job.ts';
import type { Palette } from '../colour.ts';
import { fold, type Folded } from '../excerpt/fold.ts';
import { type LineContext, lineContextOf } from '../line-context.ts';
import { printable } from '../../kernel/printable.ts';
import { foldedLine, recordLine } from '../record-line.ts';
import { tableLines } from '../table-lines.ts';

/** A record of a chain of causes. */
export interface Cause {
  /** Its number among the records of the run, counted from 1. */
  readonly record: number;
  readonly step: number;
  readonly atMs: number;
  /** The node, client or connection; empty for a fault. */
  readonly who: string;
  readonly what: string;
  /** Who started a timer, such as `join in src/rooms.ts:38`; null if no code is known. */
  readonly place: string | null;
  /** The numbers of the records of the chain that caused it. */
  readonly causes: readonly number[];
  /** The functions that wrote it, innermost first, such as `Room.join src/rooms.ts:38`. */
  readonly code: readonly string[];
}

/** A run with all its records. */
export interface ExplainedRun {
  readonly records: readonly RunRecord[];
  readonly causes: readonly CausesOf[];
  readonly places?: readonly PlaceOfRecord[] | undefined;
  readonly paths?: readonly PathOfRecord[] | undefined;
  readonly texts?: readonly TextOfRecord[] | undefined;
}

/** All records of a detailed run. */
export function explainedRun({ records = [], causes = [], places, paths, texts }: DetailedRun): ExplainedRun {
  return { records, causes, places, paths, texts };
}

type DetailedRun = Pick<RunReport, 'records' | 'causes' | 'places' | 'paths' | 'texts'>;

export interface ChainOptions {
  /** True: the last record comes first, and what is left out is earlier. */
  readonly lastFirst: boolean;
  /** All lines, none folded. */
  readonly verbose: boolean;
  readonly sourceOf?: SourceOf | undefined;
  /** Records whose code is shown; `verbose` shows that of all. */
  readonly withCode?: ReadonlySet<number>;
}

const TEXT_LENGTH = 90;

/** The number of lines to print. `--verbose` prints all of them. */
const LINES_MAX = 40;

/** From this number on, records that look alike are one line. */
const FOLD_MIN = 4;

/** Number of functions to print for a record, the innermost ones. */
const FUNCTIONS_MAX = 5;

/** The records at these positions, in this order. */
export function chainIn(
  run: ExplainedRun,
  positions: readonly number[],
  sourceOf: SourceOf = NO_SOURCES,
): readonly Cause[] {
  const { records, causes, places, texts } = run;
  const codeAt = codeIn(run, sourceOf);
  const context = lineContextOf(records, places, sourceOf, texts);
  const listed = new Set(positions);
  return positions.flatMap((position) => {
    const record = records[position];
    if (record === undefined) return [];
    const { step, atMs, who, what } = recordLine(record, TEXT_LENGTH, context);
    const place = context.placeOf.get(record) ?? null;
    const ofChain = numbersOf((causes[position] ?? []).filter((cause) => listed.has(cause)));
    return [{ record: position + 1, step, atMs, who, what, place, causes: ofChain, code: codeAt(position) }];
  });
}

/** The lines of the records at `ascending`, which is sorted. */
export function chainLines(
  run: ExplainedRun,
  ascending: readonly number[],
  { lastFirst, verbose, sourceOf = NO_SOURCES, withCode = new Set() }: ChainOptions,
  palette: Palette,
): string[] {
  const { records, places, texts } = run;
  const context = lineContextOf(records, places, sourceOf, texts);
  const positions = new Map<RunRecord, number>();
  for (const position of ascending) {
    const record = records[position];
    if (record !== undefined) positions.set(record, position);
  }
  const folded = fold([...positions.keys()], () => false, verbose ? Infinity : FOLD_MIN);
  const ordered = lastFirst ? folded.sort((left, right) => right.lastIndex - left.lastIndex) : folded;
  const shown = verbose ? ordered : ordered.slice(0, LINES_MAX);
  const left = ordered.length - shown.length;
  const numbers = shown.map(({ record }) => `#${(positions.get(record) ?? 0) + 1}`);
  const width = Math.max(0, ...numbers.map(({ length }) => length));
  const table = tableLines(
    shown.map((line) => chainLine(line, context, positions, run)),
    palette,
    '',
  );
  const codeAt = codeIn(run, sourceOf);
  const codeLines = ({ record }: Folded): string[] => {
    const position = positions.get(record) ?? 0;
    const code = verbose || withCode.has(position) ? codeAt(position).slice(0, FUNCTIONS_MAX) : [];
    return code.length === 0
      ? []
      : [`   ${' '.repeat(width)}      in ${code.map((one) => printable(one)).join(' < ')}`];
  };
  return [
    ...shown.flatMap((line, index) => [
      `   ${numbers[index]?.padStart(width)} ${table[index] ?? ''}`,
      ...codeLines(line),
    ]),
    ...(left === 0 ? [] : [`   … ${left} ${lastFirst ? 'earlier' : 'later'} lines; --verbose shows them`]),
  ];
}

/** The functions of the user's own code that wrote a record, innermost first. */
function codeIn({ paths = [] }: ExplainedRun, sourceOf: SourceOf): (position: number) => readonly string[] {
  const framesOf = new Map(paths.map(({ record, frames }) => [record, frames]));
  return (position) =>
    (framesOf.get(position) ?? []).flatMap(({ name, place }) => {
      const source = sourceOf(place);
      if (source === null || /(?:^|\/)node_modules\//.test(source.file)) return [];
      return [`${name === '' ? '' : `${name} `}${source.file}:${source.line}`];
    });
}

function chainLine(
  line: Folded,
  context: LineContext,
  positions: ReadonlyMap<RunRecord, number>,
  { records, causes }: ExplainedRun,
): ReturnType<typeof recordLine> {
  const position = positions.get(line.record) ?? 0;
  const shown = foldedLine(line, TEXT_LENGTH, context);
  const listed = (causes[position] ?? []).filter((cause) => positions.has(records[cause] ?? line.record));
  const because = numbersOf(listed).map((number) => `#${number}`);
  return because.length === 0 ? shown : { ...shown, what: `${shown.what}   ← ${because.join(', ')}` };
}

function numbersOf(positions: CausesOf): number[] {
  return positions.map((position) => position + 1).sort((left, right) => right - left);
}
