/**
 * How well records explain a failure. Names show which records a failure is about; causes show what
 * led to them. Neither is enough: an error has no name of the failure, and a fault may have broken
 * something that nothing led to.
 */
import type { RunRecord } from '../../kernel/record.ts';
import { ATTEMPT_NEAR_MAX, type FailedRun, factsOf, NEAR_CAUSE_MAX, nearTo } from './facts.ts';
import { pointsOf } from './points.ts';
import { isArrival, isConfirmation } from './record-kinds.ts';

/** Number of records that look alike from which on they are folded. */
const REPEATED_MIN = 6;

export interface Relevance {
  /** The looks of records that go around in a run that does not end. */
  readonly loop: ReadonlySet<string>;
  pointsOf(record: RunRecord): number;
  /** Whether the system reported it nearest to a moment that the failure names. */
  isTestimony(record: RunRecord): boolean;
  /** Whether the record led to the failure in few steps, so that it must not be folded. */
  isNear(record: RunRecord): boolean;
  /** The lines that led to the records or that they led to, the nearest first. */
  nearestTo<Line extends { readonly record: RunRecord }>(shown: readonly RunRecord[], lines: readonly Line[]): Line[];
  /** Whether a record of a kind that is usually left out is worth a line. */
  isUnusual(record: RunRecord): boolean;
}

export function relevanceOf(run: FailedRun): Relevance {
  const facts = factsOf(run);
  const { records, causes, cone, concerned, isRoutine, countOf, isFar } = facts;
  const points = pointsOf(facts);
  const positions = new Map(records.map((record, position) => [record, position]));
  const positionOf = (record: RunRecord): number => positions.get(record) ?? -1;
  const ended = new Set(
    records.flatMap((record, position) =>
      record.type === 'timer' && record.phase !== 'started' ? [...(causes[position] ?? [])] : [],
    ),
  );
  const arrived = new Set(
    records.flatMap((record, position) => (isArrival(record) ? [...(causes[position] ?? [])] : [])),
  );
  return {
    loop: facts.loop,
    isTestimony: (record) => facts.testimony.has(positionOf(record)),
    pointsOf: (record) => points[positionOf(record)] ?? 0,
    isNear: (record) => {
      const position = positionOf(record);
      const distance = cone.get(position) ?? 0;
      if (facts.testimony.has(position) || (facts.attempt.get(position) ?? Infinity) <= ATTEMPT_NEAR_MAX) return true;
      return distance > 0 && distance <= NEAR_CAUSE_MAX && (!isFar(position) || countOf(record) < REPEATED_MIN);
    },
    nearestTo: (shown, lines) => {
      const distances = nearTo(causes, shown.map(positionOf));
      const far = (line: { readonly record: RunRecord }): number => distances.get(positionOf(line.record)) ?? Infinity;
      const isWorth = (line: { readonly record: RunRecord }): boolean =>
        far(line) < Infinity && isRoutine[positionOf(line.record)] !== true && !isConfirmation(line.record);
      return lines.filter(isWorth).sort((left, right) => far(left) - far(right));
    },
    isUnusual: (record) => {
      const position = positionOf(record);
      if (causes.length === 0) return false;
      if (record.type === 'frame' && record.phase === 'sent')
        return !arrived.has(position) && concerned[position] === true;
      // Code that waits for a timer when the run fails is under way.
      if (record.type === 'timer')
        return record.phase === 'started' && cone.get(position) === 1 && !ended.has(position);
      return record.type === 'command' && record.phase === 'delivered';
    },
  };
}
