/** What is known about each record of a failed run, to judge how well it explains the failure. */
import type { CausesOf } from '../../kernel/causes.ts';
import type { RunRecord } from '../../kernel/record.ts';
import { writesKey } from '../../redis/server/command-uses.ts';
import { isHeartbeat } from '../engine-io.ts';
import { concerns, type Mentioned } from './concern.ts';
import { coneOf } from './cone.ts';
import { firstRoundOf, loopOf } from './endless.ts';
import { lookOf } from './fold.ts';
import { momentsIn } from './moments.ts';
import { hasNumber, numbersNamed } from './numbers-named.ts';
import { isSpecific } from './record-kinds.ts';
import { sharingIds } from './reported-ids.ts';
import { positionsOf, rootsOf, specificIn } from './roots.ts';
import { testimonyIn } from './testimony.ts';

/** Number of records from which on a look is routine. */
const ROUTINE_MIN = 4;

/** Number of causes from which on a record is far from the failure. */
const FAR_MIN = 3;

/** Number of causes up to which what an attempt led to is not routine. */
export const ATTEMPT_NEAR_MAX = 4;

/** Number of records up to which one with a number that the failure names is worth a line. */
const NAMED_MAX = 8;

/** Number of causes to follow from what the failure is about, to find the keys that it uses. */
const NEAR_MAX = 3;

/** Number of causes up to which a record is near to the failure. */
export const NEAR_CAUSE_MAX = 6;

/** When a run failed, and what the report says about it. */
export interface Moment {
  readonly step: number;
  readonly text: string;
  readonly property?: string | undefined;
  readonly signature?: string | undefined;
}

export interface FailedRun {
  readonly records: readonly RunRecord[];
  /** The causes of each record, by position. */
  readonly causes: readonly CausesOf[];
  readonly mentioned: Mentioned;
  readonly failure: Moment;
  /** Links that speak the protocol of engine.io. */
  readonly engineIo: ReadonlySet<string>;
}

/** Records are named by their positions. */
export interface Facts extends FailedRun {
  /** With the identifiers that few records have. */
  readonly specific: Mentioned;
  /** The looks of records that go around in a run that does not end. */
  readonly loop: ReadonlySet<string>;
  /** The records with which the run failed. */
  readonly roots: readonly number[];
  /** What led to the roots, with the number of causes between. */
  readonly cone: ReadonlyMap<number, number>;
  /** Whether the record shares a name with the failure. */
  readonly concerned: readonly boolean[];
  /** What is about the failure and has a number that it names. */
  readonly named: ReadonlySet<number>;
  /** What the system reported nearest to the moments that the failure names. */
  readonly testimony: ReadonlySet<number>;
  /**
   * What a failed operation led to, what happened at a moment that the failure names, or a message
   * with a number that it names, with the number of causes between.
   */
  readonly attempt: ReadonlyMap<number, number>;
  /** What is at most `NEAR_MAX` causes away from records about what the failure names. */
  readonly near: ReadonlyMap<number, number>;
  /** Whether many records look like it, and none of them is close to the failure. */
  readonly isRoutine: readonly boolean[];
  /** Number of records that look like it. */
  countOf(record: RunRecord): number;
  /** True for a record that is some causes away from the failure, or did not lead to it. */
  isFar(position: number): boolean;
}

export function factsOf(run: FailedRun): Facts {
  const { records, causes, mentioned, failure, engineIo } = run;
  const loop = loopOf(records, failure);
  const countOf = looksOf(records);
  const isRepeated = (record: RunRecord): boolean =>
    countOf(record) >= ROUTINE_MIN ||
    (record.type === 'frame' && engineIo.has(record.link) && isHeartbeat(record.text));
  const specific: Mentioned = { ...mentioned, identifiers: specificIn(records, mentioned) };
  const roots = [...rootsOf(records, mentioned, specific, failure, isRepeated), ...firstRoundOf(records, loop)];
  const cone = coneOf(causes, roots);
  const isFar = (position: number): boolean => (cone.get(position) ?? Infinity) >= FAR_MIN;
  const sharing = records.map((record) => concerns(record, mentioned));
  const reported = sharingIds(records, sharing);
  const concerned = sharing.map((isNamed, position) => isNamed || reported.has(position));
  const testimony = testimonyIn(records, failure, mentioned);
  const numbers = numbersNamed(failure.text, new Set([...mentioned.names, ...specific.identifiers]));
  const withNumber = positionsOf(records, (record) => record.step <= failure.step && hasNumber(record, numbers));
  const named = new Set(withNumber.length <= NAMED_MAX ? withNumber : []);
  const attempt = attemptOf({ records, causes, roots, concerned, failure, named });
  const isOfAttempt = (position: number): boolean => (attempt.get(position) ?? Infinity) <= ATTEMPT_NEAR_MAX;
  const about = positionsOf(records, (record, position) => isSpecific(record) && concerned[position] === true);
  return {
    ...run,
    specific,
    loop,
    roots,
    cone,
    concerned,
    near: nearTo(causes, about),
    named,
    testimony,
    attempt,
    isRoutine: records.map(
      (record, position) => isRepeated(record) && isFar(position) && !testimony.has(position) && !isOfAttempt(position),
    ),
    countOf,
    isFar,
  };
}

/** What led to the records, and what they led to, with the number of causes between. */
export function nearTo(causes: readonly CausesOf[], positions: readonly number[]): ReadonlyMap<number, number> {
  const distances = new Map<number, number>();
  for (const graph of [causes, effectsOf(causes)]) {
    for (const [position, distance] of coneOf(graph, positions))
      if (distance <= NEAR_MAX) distances.set(position, Math.min(distance, distances.get(position) ?? Infinity));
  }
  return distances;
}

/** The position of each effect of an attempt, with the number of causes between. */
function attemptOf({
  records,
  causes,
  roots,
  concerned,
  failure,
  named,
}: Pick<Facts, 'records' | 'causes' | 'roots' | 'concerned' | 'failure' | 'named'>): ReadonlyMap<number, number> {
  const begun = roots.flatMap((root) => {
    const ended = records[root];
    if (ended?.type !== 'operation') return [];
    return positionsOf(records, (record) => record.type === 'operation' && record.id === ended.id).slice(0, 1);
  });
  const isNamed = momentsIn(failure.text);
  const then = positionsOf(records, (record, position) => concerned[position] === true && isNamed(record));
  return coneOf(effectsOf(causes), [
    ...begun,
    ...then,
    ...[...named].filter((position) => isRequest(records[position])),
  ]);
}

function isRequest(record: RunRecord | undefined): boolean {
  return record?.type === 'frame' && record.direction === 'up';
}

/** Writes of other nodes that a command near the failure has read, and messages that arrived. */
export function dataOf({ records, causes, cone, concerned }: Facts): ReadonlySet<number> {
  const data = new Set<number>();
  for (const [position, record] of records.entries()) {
    if (record.type !== 'command' || !(concerned[position] === true || cone.has(position))) continue;
    const isRead = record.phase === 'applied' && (cone.get(position) ?? Infinity) <= NEAR_CAUSE_MAX;
    for (const cause of causes[position] ?? []) {
      const before = records[cause];
      if (before?.type !== 'command' || before.phase !== 'applied') continue;
      const isOfOther = before.node !== record.node && writesKey(before.command);
      if (record.phase === 'delivered' || (isRead && isOfOther)) data.add(cause);
    }
  }
  return data;
}

/** For each record, the positions of those that it caused. */
export function effectsOf(causes: readonly CausesOf[]): readonly CausesOf[] {
  const effects: number[][] = causes.map(() => []);
  for (const [position, ofRecord] of causes.entries()) for (const cause of ofRecord) effects[cause]?.push(position);
  return effects;
}

function looksOf(records: readonly RunRecord[]): (record: RunRecord) => number {
  const looks = new Map<string, number>();
  for (const record of records) {
    const look = lookOf(record);
    // A step closes several connections: that happens once.
    if (look !== null && record.type !== 'redis') looks.set(look, (looks.get(look) ?? 0) + 1);
  }
  return (record) => looks.get(lookOf(record) ?? '') ?? 1;
}
