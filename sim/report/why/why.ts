/**
 * Why a run failed, or why one of its records exists: the records that led to it, the last one
 * first.
 */
import type { SourceOf } from '../../kernel/placed-text.ts';
import type { RunRecord } from '../../kernel/record.ts';
import type { Palette } from '../colour.ts';
import { mentionedIn } from '../excerpt/concern.ts';
import { coneOf } from '../excerpt/cone.ts';
import type { Moment } from '../excerpt/excerpt.ts';
import { type Facts, factsOf } from '../excerpt/facts.ts';
import { type Subject, subjectOf } from '../excerpt/subject.ts';
import { lineContextOf } from '../line-context.ts';
import { type Cause, chainIn, chainLines, type ExplainedRun } from './chain-lines.ts';

/** Number of further records in the steps of the failure to print. */
const BESIDE_MAX = 12;

/** What a page shows of a failure or a record, as positions. */
export interface ExplainedOnPage {
  /** The record at which the failure was found, and those with which its chain begins. */
  readonly roots: readonly number[];
  /** The records that `--why` prints. */
  readonly led: readonly number[];
}

export function explainedOnPage(run: ExplainedRun, from: number | Moment): ExplainedOnPage {
  const led = coneIn(run, from);
  if (typeof from === 'number') return { roots: [from - 1], led };
  const facts = factsIn(run, from);
  return { roots: [...new Set([...facts.roots.slice(0, 1), ...subjectOf(facts).beginnings])], led };
}

/** The positions of the records with which the chain of a failure begins. */
export function beginningsOfWhy(run: ExplainedRun, from: Moment): readonly number[] {
  return chainOf(run, from).beginnings;
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
  const own = ownSteps(run, chainOf(run, from).beginnings);
  const led = new Set(coneIn(run, from).map((position) => stepAt(run, position)));
  return { own: [...own], led: [...led].filter((step) => step > 0 && !own.has(step)) };
}

/** The steps of these records, the last one first. */
function ownSteps(run: ExplainedRun, beginnings: readonly number[]): ReadonlySet<number> {
  const latest = [...beginnings].sort((left, right) => right - left);
  return new Set(latest.map((position) => stepAt(run, position)).filter((step) => step > 0));
}

const stepAt = ({ records }: ExplainedRun, position: number): number => records[position]?.step ?? 0;

/** The name of the last operation that led to a failure; null if none did. */
export function operationOfWhy(run: ExplainedRun, from: Moment): string | null {
  for (const position of coneIn(run, from)) {
    const record: RunRecord | undefined = run.records[position];
    if (record?.type === 'operation') return record.name;
  }
  return null;
}

/** The causes of a failure, or of the record with this number, the last one first. */
export function causesIn(run: ExplainedRun, from: number | Moment, sourceOf?: SourceOf): readonly Cause[] {
  return chainIn(run, coneIn(run, from), sourceOf);
}

/** The lines of `--why`, the last cause first. */
export function whyLines(
  run: ExplainedRun,
  from: number | Moment,
  options: { readonly verbose: boolean; readonly sourceOf?: SourceOf | undefined },
  palette: Palette,
): string[] {
  const cone = coneIn(run, from);
  const beside = typeof from === 'number' ? [] : besideOf(run, from, new Set(cone));
  const withCode = new Set([...beside, ...chainOf(run, from).beginnings]);
  const lines = (positions: readonly number[]): string[] =>
    chainLines(run, positions, { ...options, lastFirst: true, withCode }, palette);
  return [
    ...lines([...cone].reverse()),
    ...(beside.length === 0 ? [] : ['what else happened in these steps:', ...lines(beside)]),
  ];
}

/**
 * The last records in the steps with which the chain begins that led to nothing in it, in order:
 * reports of the system above all, which no other record follows.
 */
function besideOf(run: ExplainedRun, from: Moment, cone: ReadonlySet<number>): readonly number[] {
  const steps = ownSteps(run, chainOf(run, from).beginnings);
  const beside = run.records.flatMap(({ step }, position) =>
    steps.has(step) && !cone.has(position) ? [position] : [],
  );
  return beside.slice(-BESIDE_MAX);
}

/** The positions of the cone, the last one first. */
function coneIn(run: ExplainedRun, from: number | Moment): readonly number[] {
  const { beginnings, causes } = chainOf(run, from);
  return [...coneOf(causes, beginnings).keys()].filter((position) => position in run.records).sort((a, b) => b - a);
}
