/**
 * Why a run failed, or why one of its records exists: the records that led to it, the last one
 * first.
 */
import type { CausesOf } from '../kernel/causes.ts';
import { NO_SOURCES, type SourceOf } from '../kernel/placed-text.ts';
import type { RunRecord } from '../kernel/record.ts';
import type { PlaceOfRecord } from '../kernel/recorder.ts';
import type { Palette } from './colour.ts';
import { mentionedIn } from './excerpt/concern.ts';
import { coneOf } from './excerpt/cone.ts';
import type { Moment } from './excerpt/excerpt.ts';
import { fold, type Folded } from './excerpt/fold.ts';
import { type Facts, factsOf } from './excerpt/facts.ts';
import { type Subject, subjectOf } from './excerpt/subject.ts';
import { type LineContext, lineContextOf } from './line-context.ts';
import { foldedLine, recordLine } from './record-line.ts';
import { tableLines } from './table-lines.ts';

/** One of the records that led to a failure or to a record. */
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
  /** The numbers of the records that caused it. */
  readonly causes: readonly number[];
}

/** A run with all its records. */
export interface ExplainedRun {
  readonly records: readonly RunRecord[];
  readonly causes: readonly CausesOf[];
  readonly places?: readonly PlaceOfRecord[] | undefined;
}

const TEXT_LENGTH = 90;

/** The number of causes to print, the nearest ones. `--verbose` prints all of them. */
const LINES_MAX = 40;

/** From this number on, causes that look alike are one line. */
const FOLD_MIN = 4;

/** What a page shows of a failure or a record, as positions. */
export interface ExplainedOnPage {
  /** The record at which the failure was found, and those with which its chain begins. */
  readonly roots: readonly number[];
  /** The records that `--why` prints. */
  readonly led: readonly number[];
}

export function explainedOnPage(run: ExplainedRun, from: number | Moment): ExplainedOnPage {
  const led = coneIn(run, from).map(([position]) => position);
  if (typeof from === 'number') return { roots: [from - 1], led };
  const facts = factsIn(run, from);
  return { roots: [...new Set([...facts.roots.slice(0, 1), ...subjectOf(facts).beginnings])], led };
}

function factsIn({ records, causes }: ExplainedRun, failure: Moment): Facts {
  const { engineIo } = lineContextOf(records);
  return factsOf({ records, causes, mentioned: mentionedIn(failure.text, records), failure, engineIo });
}

/** The records with which the chain begins. A record has all of its causes. */
function chainOf(run: ExplainedRun, from: number | Moment): Subject {
  if (typeof from === 'number') return { beginnings: [from - 1], causes: run.causes };
  return subjectOf(factsIn(run, from));
}

export interface StepsOfWhy {
  /** Of the records with which the chain begins. */
  readonly own: readonly number[];
  /** Of the other records that led to them. */
  readonly led: readonly number[];
}

/** The steps of the records that `--why` prints, the last one first. */
export function stepsOfWhy(run: ExplainedRun, from: Moment): StepsOfWhy {
  const stepOf = (position: number): number => run.records[position]?.step ?? 0;
  const beginnings = [...chainOf(run, from).beginnings].sort((left, right) => right - left);
  const own = new Set(beginnings.map(stepOf).filter((step) => step > 0));
  const led = new Set(coneIn(run, from).map(([position]) => stepOf(position)));
  return { own: [...own], led: [...led].filter((step) => step > 0 && !own.has(step)) };
}

/** The name of the last operation that led to a failure; null if none did. */
export function operationOfWhy(run: ExplainedRun, from: Moment): string | null {
  for (const [, record] of coneIn(run, from)) if (record.type === 'operation') return record.name;
  return null;
}

/** The causes of a failure, or of the record with this number, the last one first. */
export function causesIn(run: ExplainedRun, from: number | Moment, sourceOf: SourceOf = NO_SOURCES): readonly Cause[] {
  const { records, causes, places } = run;
  const context = lineContextOf(records, places, sourceOf);
  const cone = coneIn(run, from);
  const listed = new Set(cone.map(([position]) => position));
  return cone.map(([position, record]) => {
    const { step, atMs, who, what } = recordLine(record, TEXT_LENGTH, context);
    const place = context.placeOf.get(record) ?? null;
    return {
      record: position + 1,
      step,
      atMs,
      who,
      what,
      place,
      causes: numbersOf((causes[position] ?? []).filter((cause) => listed.has(cause))),
    };
  });
}

/** The lines of `--why`, the last cause first. */
export function whyLines(
  run: ExplainedRun,
  from: number | Moment,
  { verbose, sourceOf = NO_SOURCES }: { readonly verbose: boolean; readonly sourceOf?: SourceOf | undefined },
  palette: Palette,
): string[] {
  const { records, places } = run;
  const cone = coneIn(run, from);
  const context = lineContextOf(records, places, sourceOf);
  const positions = new Map(cone.map(([position, record]) => [record, position]));
  const ascending = [...cone].reverse().map(([, record]) => record);
  const folded = fold(ascending, () => false, verbose ? Infinity : FOLD_MIN);
  const latest = folded.sort((left, right) => right.lastIndex - left.lastIndex);
  const shown = verbose ? latest : latest.slice(0, LINES_MAX);
  const left = latest.length - shown.length;
  const numbers = shown.map(({ record }) => `#${(positions.get(record) ?? 0) + 1}`);
  const width = Math.max(0, ...numbers.map(({ length }) => length));
  const table = tableLines(
    shown.map((line) => whyLine(line, context, positions, run)),
    palette,
    '',
  );
  return [
    ...table.map((text, index) => `   ${numbers[index]?.padStart(width)} ${text}`),
    ...(left === 0 ? [] : [`   … ${left} earlier lines; --verbose shows them`]),
  ];
}

function whyLine(
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

/** The positions and records of the cone, the last one first. */
function coneIn(run: ExplainedRun, from: number | Moment): readonly (readonly [number, RunRecord])[] {
  const { beginnings, causes } = chainOf(run, from);
  const cone = coneOf(causes, beginnings);
  const positions = [...cone.keys()].sort((left, right) => right - left);
  return positions.flatMap((position) => {
    const record = run.records[position];
    return record === undefined ? [] : [[position, record] as const];
  });
}

function numbersOf(positions: CausesOf): number[] {
  return positions.map((position) => position + 1).sort((left, right) => right - left);
}
