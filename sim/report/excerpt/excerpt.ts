/**
 * The few records that explain a failure: those at which it was detected, effects of faults, the
 * beginnings of what its text names, and the last ones that share a name with it.
 */
import type { CausesOf } from '../../kernel/causes.ts';
import type { RunRecord } from '../../kernel/record.ts';
import { beginningsIn } from './beginnings.ts';
import { concerns, hasIdentifier, type Mentioned, mentionedIn, weightOf } from './concern.ts';
import { isHeartbeat } from '../engine-io.ts';
import type { Moment } from './facts.ts';
import { fold, type Folded, lookOf } from './fold.ts';
import { lineContextOf } from '../line-context.ts';
import { isPhase } from '../record-line.ts';
import { isBackground } from './record-kinds.ts';
import { mostRelevant } from './most-relevant.ts';
import { relevanceOf } from './relevance.ts';

export interface ExcerptOptions {
  /** 12 by default. */
  readonly lines?: number | undefined;
  /** The causes of each record, by position. Without them names and times decide. */
  readonly causes?: readonly CausesOf[] | undefined;
}

export const EXCERPT_LINES = 12;
export const VERBOSE_LINES = 60;

/** The number of lines to show even if fewer records concern the failure. */
const LINES_MIN = 4;

/**
 * The number of records of the last step that are always shown: the failure was detected at one.
 */
const LAST_LINES = 4;

/** Number of frames of one step that look alike from which on they are one line. */
const BURST_MIN = 6;

/** The maximum number of lines for what goes around in a run that does not end. */
const LOOP_LINES = 4;

/** The maximum number of lines for effects of faults. */
const FAULT_LINES = 4;

/**
 * The numbers of records that look alike from which on they become one line. Greater ones are tried
 * first: separate lines show the order, and three reads before three writes are a race.
 */
const FOLD_MIN = [Number.POSITIVE_INFINITY, 10, 5, 3] as const;

/** The points with which a record is worth a line although others tell more. */
const POINTS_MIN = 8;

/** The maximum number of lines for ends of processes, however long ago. */
const END_LINES = 2;

/** The maximum number of lines for what the system reported at a moment that the text names. */
const TESTIMONY_LINES = 1;

/** One line in this number may be a beginning. */
const BEGINNING_ONE_IN = 4;

/**
 * The lines of a report, oldest first. At most `lines` in total, unless effects of faults and the
 * last step take more.
 */
export function excerptOf(
  records: readonly RunRecord[],
  failure: Moment,
  { lines = EXCERPT_LINES, causes = [] }: ExcerptOptions = {},
): Folded[] {
  const all = withoutEchoes(records).filter((record) => record.step <= failure.step);
  const mentioned = mentionedIn(failure.text, all);
  const last = lastOf(all, mentioned);
  const beginnings = beginningsIn(all, failure.text).slice(0, Math.ceil(lines / BEGINNING_ONE_IN));
  const isBeginning = new Set(beginnings);
  const { engineIo } = lineContextOf(all);
  const relevance = relevanceOf({ records, causes, mentioned, failure, engineIo });
  const { loop } = relevance;
  const isOfLoop = (record: RunRecord): boolean => loop.size > 0 && loop.has(lookOf(record) ?? '');
  const points = ({ record }: Folded): number => relevance.pointsOf(record);
  const worth = all.filter(
    (record) =>
      last.has(record) || isBeginning.has(record) || isWorthALine(record, engineIo) || relevance.isUnusual(record),
  );
  const isKept = (record: RunRecord): boolean =>
    !isOfLoop(record) &&
    ((last.has(record) && !isOneOfMany(record, all)) || hasIdentifier(record, mentioned) || relevance.isNear(record));
  const weights = new Map(worth.map((record) => [record, weightOf(record, mentioned)]));
  const weight = ({ record }: Folded): number => weights.get(record) ?? 0;
  let folded: Folded[] = [];
  for (const countMin of loop.size > 0 ? FOLD_MIN.slice(1) : FOLD_MIN) {
    folded = fold(worth, isKept, countMin);
    if (folded.filter((line) => weight(line) >= 2).length <= lines) break;
  }
  // A folded line is as recent as the last of its records.
  const recent = [...folded].sort((left, right) => right.lastIndex - left.lastIndex);
  const chosen = new Set<Folded>();
  const choose = (
    matches: (line: Folded) => boolean,
    countMax: number,
    candidates: readonly Folded[] = recent,
  ): void => {
    let left = countMax;
    for (const line of candidates) {
      if (left <= 0) return;
      if (chosen.has(line) || !matches(line)) continue;
      chosen.add(line);
      left -= 1;
    }
  };
  const isHit = ({ record }: Folded): boolean => record.type === 'fault' && record.phase === 'hit';
  if (loop.size > 0) {
    const longest = [...folded].sort((left, right) => right.alike.length - left.alike.length);
    choose(({ record, alike }) => alike.length > 1 && isOfLoop(record), LOOP_LINES, longest);
  }
  choose(({ record }) => last.has(record), LAST_LINES);
  choose((line) => isHit(line) && concerns(line.record, mentioned), FAULT_LINES);
  if (![...chosen].some(isHit)) choose(isHit, FAULT_LINES);
  choose(({ record }) => isEndOfProcess(record), END_LINES);
  choose(({ alike }) => alike.some((record) => isBeginning.has(record)), beginnings.length);
  choose(({ record }) => relevance.isTestimony(record), TESTIMONY_LINES);
  const relevant = recent.filter((line) => weight(line) >= 2 || points(line) >= POINTS_MIN);
  for (const line of mostRelevant(relevant, points, [...chosen], lines - chosen.size)) chosen.add(line);
  choose((line) => weight(line) >= 1, LINES_MIN - chosen.size);
  const chosenRecords = [...chosen].map(({ record }) => record);
  choose(() => true, lines - chosen.size, relevance.nearestTo(chosenRecords, recent));
  return [...chosen].sort((left, right) => left.firstIndex - right.firstIndex);
}

/**
 * The first record of the last step, which caused the others, and its last ones. What the step does
 * comes before what it only begins, such as a timer, and what the failure names before the rest.
 */
function lastOf(records: readonly RunRecord[], mentioned: Mentioned): ReadonlySet<RunRecord> {
  const step = records.at(-1)?.step;
  const ofStep: RunRecord[] = [];
  for (let index = records.length - 1; index >= 0 && records[index]?.step === step; index -= 1)
    ofStep.unshift(records[index] as RunRecord);
  const [first, ...others] = ofStep;
  const rankOf = (record: RunRecord): number => (isBegun(record) ? 0 : 2) + (concerns(record, mentioned) ? 1 : 0);
  // A check runs when anything happens. A timer that has nothing to do with the failure begins
  // nothing that explains it.
  const isAside = first !== undefined && isBackground(first) && !ofStep.some((record) => concerns(record, mentioned));
  const explaining = isAside ? others.filter((record) => !isBegun(record)) : others;
  const chosen = explaining.sort((left, right) => rankOf(left) - rankOf(right)).slice(1 - LAST_LINES);
  return new Set(first === undefined ? [] : [first, ...chosen]);
}

/** A burst of frames, as one event may deliver, is one line. */
function isOneOfMany(record: RunRecord, records: readonly RunRecord[]): boolean {
  if (record.type !== 'frame') return false;
  const look = lookOf(record);
  return records.filter((other) => other.step === record.step && lookOf(other) === look).length >= BURST_MIN;
}

function isBegun(record: RunRecord): boolean {
  return (
    (record.type === 'command' && record.phase === 'sent') || (record.type === 'timer' && record.phase !== 'fired')
  );
}

function isEndOfProcess(record: RunRecord): boolean {
  return record.type === 'node' && (record.phase === 'stopped' || record.phase === 'crashed');
}

/** Leaves out the beginning of a fault whose effect follows in the same step. */
export function withoutEchoes(records: readonly RunRecord[]): RunRecord[] {
  return records.filter((record, index) => {
    const next = records[index + 1];
    const isBeginning = record.type === 'fault' && record.phase === 'begun';
    return !(
      isBeginning &&
      next?.type === 'fault' &&
      next.phase === 'hit' &&
      next.id === record.id &&
      next.step === record.step
    );
  });
}

/** False for duplicates (a frame sent and delivered) and for routine traffic such as pings. */
function isWorthALine(record: RunRecord, engineIo: ReadonlySet<string>): boolean {
  switch (record.type) {
    case 'frame': {
      const isPing = record.kind === 'ping' || record.kind === 'pong';
      return record.phase !== 'sent' && !isPing && !(engineIo.has(record.link) && isHeartbeat(record.text));
    }
    case 'http':
      return record.phase === 'delivered';
    case 'command':
      return record.phase === 'lost' || record.phase === 'applied' || record.phase === 'error';
    case 'redis':
      return record.phase !== 'opened';
    case 'timer':
      return record.phase === 'fired';
    case 'fault':
      return !isPhase(record);
    default:
      return true;
  }
}
