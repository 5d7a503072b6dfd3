/**
 * What a failure is about: the records about what its text names, and which part of their causes
 * explains it. A check runs when anything happens, so the last record of a run may have nothing to
 * do with the failure.
 */
import type { CausesOf } from '../../kernel/causes.ts';
import { coneOf } from './cone.ts';
import { effectsOf, type Facts } from './facts.ts';
import { momentsIn } from './moments.ts';
import { isBackground, isSpecific } from './record-kinds.ts';
import { positionsOf } from './roots.ts';

/** Number of records of a moment that the text names with which the chain begins. */
const MOMENT_MAX = 3;

/** Number of timers that look alike from which on they are a loop. */
const LOOP_MIN = 4;

export interface Subject {
  /** The positions of the records with which the chain begins. */
  readonly beginnings: readonly number[];
  /** What led to them, without the causes of loops in the background. */
  readonly causes: readonly CausesOf[];
}

export function subjectOf(facts: Facts): Subject {
  const { records, roots, concerned, mentioned, failure } = facts;
  const [last = -1] = roots;
  const lastRecord = records[last];
  const isNamed = [...mentioned.names].some((name) => failure.text.includes(name));
  const isThen = momentsIn(failure.text);
  const then = positionsOf(
    records,
    (record, position) => position <= last && concerned[position] === true && isSpecific(record) && isThen(record),
  ).slice(-MOMENT_MAX);
  const named = [...new Set([...roots.slice(1), ...then])];
  const isAside = lastRecord !== undefined && concerned[last] !== true && isBackground(lastRecord);
  const beginnings = isNamed && isAside && named.length > 0 ? named : [...new Set([last, ...named])];
  return { beginnings, causes: isNamed ? withoutLoops(facts, beginnings) : facts.causes };
}

/** A loop that no record about the failure led to says when something ran, and not why. */
function withoutLoops(
  { records, causes, concerned, countOf }: Facts,
  beginnings: readonly number[],
): readonly CausesOf[] {
  const named = positionsOf(records, (record, position) => concerned[position] === true && isSpecific(record));
  // Nothing that the failure is about is known to begin outside of loops.
  if (named.length === 0) return causes;
  const ofNamed = coneOf(effectsOf(causes), named);
  const isKept = new Set(beginnings);
  return causes.map((ofRecord, position) => {
    const record = records[position];
    const isLoop = record?.type === 'timer' && countOf(record) >= LOOP_MIN && concerned[position] !== true;
    return isLoop && !ofNamed.has(position) && !isKept.has(position) ? [] : ofRecord;
  });
}
