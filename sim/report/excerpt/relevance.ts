/**
 * How well a record explains a failure, as a number. Names show which records a failure is about;
 * causes show what led to them. Neither is enough: an error has no name of the failure, and a fault
 * may have broken something that nothing led to.
 */
import type { CausesOf } from '../../kernel/causes.ts';
import type { RunRecord } from '../../kernel/record.ts';
import { writesKey } from '../../redis/server/command-uses.ts';
import { AMBIENT_TIMERS } from './ambient-timers.ts';
import { concerns, hasIdentifier, type Mentioned, weightOf } from './concern.ts';
import { coneOf } from './cone.ts';
import { isHeartbeat } from '../engine-io.ts';
import { lookOf } from './fold.ts';
import { isArrival, isConfirmation, isEnd, isSpecific, isTrouble } from './record-kinds.ts';
import { positionsOf, rootsOf, specificIn } from './roots.ts';

/** Points of a record. `excerpt.ts` says from how many on it is worth a line. */
const POINTS = {
  concerned: 10,
  context: 3,
  /** It has a word with a digit that the failure names and few records have. */
  identifier: 14,
  /** Of a direct cause. Each further one has one point less. */
  cause: 12,
  /** What was written to a key before it was read. */
  data: 6,
  /** It reaches other nodes. */
  message: 9,
  /** An effect of the operation that failed. Each further one has one point less. */
  attempt: 9,
  /** Something failed, where the failure is. */
  trouble: 12,
  firstTrouble: 3,
  /** The end of something that the failure names. */
  end: 8,
  /** A key that is used for what the failure names, and its first use. */
  key: 3,
  firstOfKey: 7,
  /** Few records look like it. */
  rare: 4,
  /** Of the last record; earlier ones have less. */
  recent: 10,
  /** The frames before and after it show it as well. */
  confirmation: -8,
  /** A timer that only its owner names. */
  anonymous: -6,
  routine: -12,
  leaving: -14,
} as const;

/** Number of records from which on a look is routine, and from which on it is folded. */
const ROUTINE_MIN = 4;
const REPEATED_MIN = 6;

/** Number of causes to follow from what the failure is about, to find the keys that it uses. */
const NEAR_MAX = 3;

export interface Relevance {
  /** The positions of the records with which the run failed. */
  readonly roots: readonly number[];
  pointsOf(record: RunRecord): number;
  /** Whether the record led to the failure in few steps, so that it must not be folded. */
  isNear(record: RunRecord): boolean;
  /** The lines that led to the records or that they led to, the nearest first. */
  nearestTo<Line extends { readonly record: RunRecord }>(shown: readonly RunRecord[], lines: readonly Line[]): Line[];
  /** Whether a record of a kind that is usually left out is worth a line. */
  isUnusual(record: RunRecord): boolean;
}

export function relevanceOf(
  records: readonly RunRecord[],
  causes: readonly CausesOf[],
  mentioned: Mentioned,
  failure: { readonly step: number },
  engineIo: ReadonlySet<string>,
): Relevance {
  const looks = new Map<string, number>();
  for (const record of records) {
    const look = lookOf(record);
    if (look !== null) looks.set(look, (looks.get(look) ?? 0) + 1);
  }
  const countOf = (record: RunRecord): number => looks.get(lookOf(record) ?? '') ?? 1;
  const specific: Mentioned = { ...mentioned, identifiers: specificIn(records, mentioned) };
  const isRepeated = (record: RunRecord): boolean =>
    countOf(record) >= ROUTINE_MIN ||
    (record.type === 'frame' && engineIo.has(record.link) && isHeartbeat(record.text));
  const roots = rootsOf(records, mentioned, specific, failure, isRepeated);
  const cone = coneOf(causes, roots);
  const positions = new Map(records.map((record, position) => [record, position]));
  const concerned = records.map((record) => concerns(record, mentioned));
  const about = positionsOf(records, (record, position) => isSpecific(record) && concerned[position] === true);
  const near = nearTo(causes, about);
  const connections = new Set(
    records.flatMap((record, position) => (record.type === 'command' && near.has(position) ? [record.connection] : [])),
  );
  const keys = new Set(
    records.flatMap((record, position) => (record.type === 'command' && near.has(position) ? [record.key] : [])),
  );
  keys.delete('');
  const settledAt = records.findIndex((record) => record.type === 'fault' && record.kind === 'settled');
  const hits = new Set(
    records.flatMap((record) => (record.type === 'fault' && record.phase === 'hit' ? [record.id] : [])),
  );
  const attempt = attemptOf(records, causes, roots);
  const seenTroubles = new Set<string>();
  const seenKeys = new Set<string>();
  const data = new Set<number>();
  for (const [position, record] of records.entries()) {
    const isRead = (cone.get(position) ?? Infinity) <= NEAR_CAUSE_MAX;
    if (record.type !== 'command' || !(concerned[position] === true || cone.has(position))) continue;
    for (const cause of causes[position] ?? []) {
      const before = records[cause];
      if (before?.type !== 'command' || before.phase !== 'applied') continue;
      if (record.phase === 'delivered') data.add(cause);
      else if (record.phase === 'applied' && isRead && before.node !== record.node && writesKey(before.command))
        data.add(cause);
    }
  }
  const isRoutine = records.map((record, position) => isRepeated(record) && (cone.get(position) ?? 99) > 2);
  let unusual = 0;
  const ranks = isRoutine.map((routine) => (routine ? unusual : (unusual += 1)));
  const points = records.map((record, position) => {
    const weight = weightOf(record, mentioned);
    let points = weight === 2 ? POINTS.concerned : weight === 1 ? POINTS.context : 0;
    const distance = cone.get(position);
    if (distance !== undefined) points += Math.max(0, POINTS.cause - distance);
    if (hasIdentifier(record, specific)) points += POINTS.identifier;
    points += Math.max(0, POINTS.attempt - (attempt.get(position) ?? Infinity));
    const isRelated = concerned[position] === true || near.has(position) || distance !== undefined;
    const isOfRedis = record.type === 'redis' || record.type === 'command';
    const isInTrouble = isOfRedis ? isRelated || connections.has(record.connection) : concerned[position] === true;
    if (isTrouble(record) && isInTrouble) {
      points += POINTS.trouble;
      const look = lookOf(record) ?? '';
      if (!seenTroubles.has(look)) points += POINTS.firstTrouble;
      seenTroubles.add(look);
    }
    if (record.type === 'timer' && AMBIENT_TIMERS.has(record.label) && (distance ?? 99) > 2) points += POINTS.anonymous;
    if (record.type === 'fault' && record.phase === 'begun' && hits.has(record.id)) points += POINTS.confirmation;
    if (isEnd(record) && concerned[position] === true) points += POINTS.end;
    if (data.has(position)) points += POINTS.data;
    if (record.type === 'command' && record.command === 'publish' && concerned[position] === true)
      points += POINTS.message;
    const isUse = record.type === 'command' && (record.phase === 'applied' || record.phase === 'delivered');
    if (isUse && keys.has(record.key)) {
      points += seenKeys.has(record.key) ? POINTS.key : POINTS.firstOfKey;
      seenKeys.add(record.key);
    }
    if (points <= POINTS.context) return points;
    points += POINTS.rare / countOf(record);
    if (isConfirmation(record)) points += POINTS.confirmation;
    if (isRoutine[position] === true && record.type !== 'command') points += POINTS.routine;
    if (settledAt >= 0 && position > settledAt && (distance ?? 99) > 2) points += POINTS.leaving;
    return points + (POINTS.recent * (ranks[position] ?? 0)) / Math.max(1, unusual);
  });
  const arrived = new Set(
    records.flatMap((record, position) => (isArrival(record) ? [...(causes[position] ?? [])] : [])),
  );
  const positionOf = (record: RunRecord): number => positions.get(record) ?? -1;
  return {
    roots,
    pointsOf: (record) => points[positionOf(record)] ?? 0,
    isNear: (record) => {
      const distance = cone.get(positionOf(record)) ?? 0;
      return distance > 0 && distance <= NEAR_CAUSE_MAX && (distance <= 2 || countOf(record) < REPEATED_MIN);
    },
    nearestTo: (shown, lines) => {
      const distances = nearTo(causes, shown.map(positionOf));
      const far = (line: { readonly record: RunRecord }): number => distances.get(positionOf(line.record)) ?? Infinity;
      const isWorth = (line: { readonly record: RunRecord }): boolean =>
        far(line) <= NEAR_MAX && isRoutine[positionOf(line.record)] !== true && !isConfirmation(line.record);
      return lines.filter(isWorth).sort((left, right) => far(left) - far(right));
    },
    isUnusual: (record) => {
      const position = positionOf(record);
      if (causes.length === 0) return false;
      if (record.type === 'frame' && record.phase === 'sent')
        return !arrived.has(position) && concerned[position] === true;
      return record.type === 'command' && record.phase === 'delivered';
    },
  };
}

/** What the operation led to with whose end the run failed, with the number of causes between. */
function attemptOf(
  records: readonly RunRecord[],
  causes: readonly CausesOf[],
  roots: readonly number[],
): ReadonlyMap<number, number> {
  const begun = roots.flatMap((root) => {
    const ended = records[root];
    if (ended?.type !== 'operation') return [];
    return positionsOf(records, (record) => record.type === 'operation' && record.id === ended.id).slice(0, 1);
  });
  return coneOf(effectsOf(causes), begun);
}

/** Number of causes up to which a record is near to the failure. */
const NEAR_CAUSE_MAX = 6;

/** What led to the records, and what they led to, with the number of causes between. */
function nearTo(causes: readonly CausesOf[], positions: readonly number[]): ReadonlyMap<number, number> {
  const distances = new Map<number, number>();
  for (const graph of [causes, effectsOf(causes)]) {
    for (const [position, distance] of coneOf(graph, positions))
      if (distance <= NEAR_MAX) distances.set(position, Math.min(distance, distances.get(position) ?? Infinity));
  }
  return distances;
}

/** For each record, the positions of those that it caused. */
function effectsOf(causes: readonly CausesOf[]): readonly CausesOf[] {
  const effects: number[][] = causes.map(() => []);
  for (const [position, ofRecord] of causes.entries()) for (const cause of ofRecord) effects[cause]?.push(position);
  return effects;
}
