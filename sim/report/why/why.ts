/**
 * Why a run failed, or why one of its records exists: the records that led to it, the last one
 * first.
 */
import type { SourceOf } from '../../kernel/placed-text.ts';
import type { Palette } from '../colour.ts';
import { mentionedIn } from '../excerpt/concern.ts';
import { coneOf } from '../excerpt/cone.ts';
import type { Moment } from '../excerpt/facts.ts';
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
  if (typeof from === 'number') return { roots: [from - 1], led: coneIn(run, chainOf(run, from)) };
  const facts = factsIn(run, from);
  const chain = subjectOf(facts);
  return { roots: [...new Set([...facts.roots.slice(0, 1), ...chain.beginnings])], led: coneIn(run, chain) };
}

/** The positions of the records with which the chain begins. */
export function beginningsOfWhy(run: ExplainedRun, from: number | Moment): readonly number[] {
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
  const chain = chainOf(run, from);
  const own = ownSteps(run, chain);
  const led = new Set(coneIn(run, chain).map((position) => stepAt(run, position)));
  return { own: [...own], led: [...led].filter((step) => step > 0 && !own.has(step)) };
}

/** The steps of the records with which a chain begins, the last one first. */
function ownSteps(run: ExplainedRun, { beginnings }: Subject): ReadonlySet<number> {
  const latest = [...beginnings].sort((left, right) => right - left);
  return new Set(latest.map((position) => stepAt(run, position)).filter((step) => step > 0));
}

const stepAt = ({ records }: ExplainedRun, position: number): number => records[position]?.step ?? 0;

/** The name of the last operation that led to a failure; null if none did. */
export function operationOfWhy(run: ExplainedRun, from: Moment): string | null {
  for (const position of coneIn(run, chainOf(run, from))) {
    const record = run.records[position];
    if (record?.type === 'operation') return record.name;
  }
  return null;
}

/** The causes of a failure, or of the record with this number, the last one first. */
export function causesIn(run: ExplainedRun, from: number | Moment, sourceOf?: SourceOf): readonly Cause[] {
  return chainIn(run, coneIn(run, chainOf(run, from)), sourceOf);
}

/** The lines of `--why`, the last cause first. */
export function whyLines(
  run: ExplainedRun,
  from: number | Moment,
  options: { readonly verbose: boolean; readonly sourceOf?: SourceOf | undefined },
  palette: Palette,
): string[] {
  const chain = chainOf(run, from);
  const cone = coneIn(run, chain);
  const beside = typeof from === 'number' ? [] : besideOf(run, chain, new Set(cone));
  const withCode = new Set([...beside, ...chain.beginnings]);
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
function besideOf(run: ExplainedRun, chain: Subject, cone: ReadonlySet<number>): readonly number[] {
  const steps = ownSteps(run, chain);
  const beside = run.records.flatMap(({ step }, position) =>
    steps.has(step) && !cone.has(position) ? [position] : [],
  );
  return beside.slice(-BESIDE_MAX);
}

/** The positions of the cone, the last one first. */
function coneIn({ records }: ExplainedRun, { beginnings, causes }: Subject): readonly number[] {
  return [...coneOf(causes, beginnings).keys()].filter((position) => position in records).sort((a, b) => b - a);
}
