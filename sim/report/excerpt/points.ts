/** How well each record of a run explains its failure, as a number. */
import type { CommandRecord, RunRecord } from '../../kernel/record.ts';
import { AMBIENT_TIMERS } from './ambient-timers.ts';
import { hasIdentifier, weightOf } from './concern.ts';
import { attemptOf, dataOf, type Facts } from './facts.ts';
import { lookOf } from './fold.ts';
import { isConfirmation, isEnd } from './record-kinds.ts';
import { type Troubles, troublesIn } from './troubles.ts';

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
  message: 14,
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

/** By the position of the record. */
export function pointsOf(facts: Facts): readonly number[] {
  const { records, isRoutine } = facts;
  const points = new Points(facts);
  let unusual = 0;
  const ranks = isRoutine.map((routine) => (routine ? unusual : (unusual += 1)));
  return records.map((record, position) => {
    const own = points.ofNames(record, position) + points.ofCauses(position) + points.ofKind(record, position);
    if (own <= POINTS.context) return own;
    const recent = (POINTS.recent * (ranks[position] ?? 0)) / Math.max(1, unusual);
    return own + points.ofLooks(record, position) + recent;
  });
}

/** Its methods are called for each record in turn. */
class Points {
  readonly #facts: Facts;
  readonly #attempt: ReadonlyMap<number, number>;
  readonly #data: ReadonlySet<number>;
  /** Connections to Redis, and keys, that are used near what the failure names. */
  readonly #connections: ReadonlySet<string>;
  readonly #keys: ReadonlySet<string>;
  /** Faults that have hit something. */
  readonly #hits: ReadonlySet<string>;
  /** The end of the chaos phase and what follows it. */
  readonly #settledAt: number;
  readonly #troubles: Troubles;
  readonly #seenTroubles = new Set<string>();
  readonly #seenKeys = new Set<string>();

  constructor(facts: Facts) {
    this.#facts = facts;
    this.#attempt = attemptOf(facts);
    this.#data = dataOf(facts);
    const { records, near } = facts;
    this.#troubles = troublesIn(records);
    const commands = records.filter(
      (record, position): record is CommandRecord => record.type === 'command' && near.has(position),
    );
    this.#connections = new Set(commands.map(({ connection }) => connection));
    this.#keys = new Set(commands.map(({ key }) => key).filter((key) => key !== ''));
    this.#hits = new Set(
      records.flatMap((record) => (record.type === 'fault' && record.phase === 'hit' ? [record.id] : [])),
    );
    this.#settledAt = records.findIndex((record) => record.type === 'fault' && record.kind === 'settled');
  }

  /** For what the failure names. */
  ofNames(record: RunRecord, position: number): number {
    const { mentioned, specific, concerned } = this.#facts;
    const weight = weightOf(record, mentioned);
    let points = weight === 2 ? POINTS.concerned : weight === 1 ? POINTS.context : 0;
    if (hasIdentifier(record, specific)) points += POINTS.identifier;
    if (concerned[position] !== true) return points;
    if (isEnd(record)) points += POINTS.end;
    if (record.type === 'command' && record.command === 'publish') points += POINTS.message;
    return points;
  }

  /** For what led to the failure. */
  ofCauses(position: number): number {
    const distance = this.#facts.cone.get(position);
    let points = distance === undefined ? 0 : Math.max(0, POINTS.cause - distance);
    points += Math.max(0, POINTS.attempt - (this.#attempt.get(position) ?? Infinity));
    return this.#data.has(position) ? points + POINTS.data : points;
  }

  /** For what kind of record it is. */
  ofKind(record: RunRecord, position: number): number {
    if (record.type === 'timer' && AMBIENT_TIMERS.has(record.label) && this.#facts.isFar(position))
      return POINTS.anonymous;
    // The hit says what the fault did.
    if (record.type === 'fault' && record.phase === 'begun' && this.#hits.has(record.id)) return POINTS.confirmation;
    return this.#ofTrouble(record, position) + this.#ofKey(record);
  }

  /** For how many look like it, and what else shows the same. */
  ofLooks(record: RunRecord, position: number): number {
    const { isRoutine, countOf } = this.#facts;
    let points = POINTS.rare / countOf(record);
    if (isConfirmation(record)) points += POINTS.confirmation;
    if (isRoutine[position] === true && record.type !== 'command') points += POINTS.routine;
    const isLeaving = this.#settledAt >= 0 && position > this.#settledAt;
    return isLeaving && this.#facts.isFar(position) ? points + POINTS.leaving : points;
  }

  #ofTrouble(record: RunRecord, position: number): number {
    const isEffect = this.#troubles.hasEffect(record);
    if (!(isEffect || this.#troubles.has(record)) || !this.#isWhereItFailed(record, position)) return 0;
    const look = lookOf(record) ?? '';
    const isFirst = !this.#seenTroubles.has(look);
    this.#seenTroubles.add(look);
    return POINTS.trouble + (isFirst ? POINTS.firstTrouble : 0);
  }

  #isWhereItFailed(record: RunRecord, position: number): boolean {
    const { concerned, near, cone } = this.#facts;
    if (concerned[position] === true) return true;
    if (record.type !== 'redis' && record.type !== 'command') return false;
    return near.has(position) || cone.has(position) || this.#connections.has(record.connection);
  }

  #ofKey(record: RunRecord): number {
    if (record.type !== 'command' || !this.#keys.has(record.key)) return 0;
    if (record.phase !== 'applied' && record.phase !== 'delivered') return 0;
    const isFirst = !this.#seenKeys.has(record.key);
    this.#seenKeys.add(record.key);
    return isFirst ? POINTS.firstOfKey : POINTS.key;
  }
}
