/** How well each record of a run explains its failure, as a number. */
import type { CommandRecord, RunRecord } from '../../kernel/record.ts';
import { AMBIENT_TIMERS } from './ambient-timers.ts';
import { hasIdentifier, isAboutOther, weightOf } from './concern.ts';
import { dataOf, type Facts } from './facts.ts';
import { lookOf } from './fold.ts';
import { momentsIn } from './moments.ts';
import { namedNodesIn } from './named-nodes.ts';
import { isArrival, isConfirmation, isEnd } from './record-kinds.ts';
import { isOwn } from './testimony.ts';
import { type Troubles, troublesIn } from './troubles.ts';
import { vocabularyOf, wordsShared } from './vocabulary.ts';

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
  /** It reaches other nodes, and is not one of many. */
  message: 14,
  /** It carries what was attempted to a node that the failure names. */
  crossing: 8,
  /** It has a number that the failure names. */
  number: 8,
  /** An effect of the operation that failed. Each further one has one point less. */
  attempt: 14,
  /** Something failed, where the failure is. */
  trouble: 12,
  firstTrouble: 3,
  /** The first trouble of all: later ones may follow from it. */
  origin: 5,
  /** The end of something that the failure names. */
  end: 8,
  /** A key that is used for what the failure names, and its first use. */
  key: 3,
  firstOfKey: 7,
  /** It has a word of the failure, apart from names. For at most two words. */
  word: 4,
  /** The system reports it at a node that the failure names. */
  report: 3,
  /** A timer about what the failure names, which few others look like, has fired. */
  namedTimer: 8,
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
  /** A frame of a client that the failure does not name, with a word that few records have. */
  identifierElsewhere: 14,
} as const;

/** Number of timers that look alike from which on they are those of a loop. */
const TIMER_RARE_MAX = 4;

/** The number of words of the failure that count. */
const WORDS_MAX = 2;

/** By the position of the record. */
export function pointsOf(facts: Facts): readonly number[] {
  const { records, isRoutine } = facts;
  const points = new Points(facts);
  let unusual = 0;
  const ranks = isRoutine.map((routine) => (routine ? unusual : (unusual += 1)));
  return records.map((record, position) => {
    const own = points.ofNames(record, position) + points.ofCauses(record, position) + points.ofKind(record, position);
    if (own <= POINTS.context) return own;
    const recent = (POINTS.recent * (ranks[position] ?? 0)) / Math.max(1, unusual);
    return own + points.ofLooks(record, position) + recent;
  });
}

/** Its methods are called for each record in turn. */
class Points {
  readonly #facts: Facts;
  readonly #data: ReadonlySet<number>;
  /** Connections to Redis, and keys, that are used near what the failure names. */
  readonly #connections: ReadonlySet<string>;
  readonly #keys: ReadonlySet<string>;
  /** Faults that have hit something. */
  readonly #hits: ReadonlySet<string>;
  /** The end of the chaos phase and what follows it. */
  readonly #settledAt: number;
  /** The failure names a moment at which the clients were leaving. */
  readonly #isOfLeaving: boolean;
  readonly #namedNodes: ReadonlySet<string>;
  readonly #vocabulary: ReadonlySet<string>;
  readonly #troubles: Troubles;
  /** The step of the first trouble since clients are served. */
  readonly #origin: number;
  readonly #seenTroubles = new Set<string>();
  readonly #seenKeys = new Set<string>();

  constructor(facts: Facts) {
    this.#facts = facts;
    this.#data = dataOf(facts);
    const { records, near } = facts;
    this.#troubles = troublesIn(records);
    const served = records.findIndex(isArrival);
    this.#origin = records.find((record, position) => position > served && this.#troubles.has(record))?.step ?? -1;
    const commands = records.filter(
      (record, position): record is CommandRecord => record.type === 'command' && near.has(position),
    );
    this.#connections = new Set(commands.map(({ connection }) => connection));
    this.#keys = new Set(commands.map(({ key }) => key).filter((key) => key !== ''));
    this.#hits = new Set(
      records.flatMap((record) => (record.type === 'fault' && record.phase === 'hit' ? [record.id] : [])),
    );
    const isNamed = momentsIn(facts.failure.text);
    this.#namedNodes = namedNodesIn(records, facts.failure.text);
    this.#vocabulary = vocabularyOf(facts.failure);
    this.#settledAt = records.findIndex((record) => record.type === 'fault' && record.kind === 'settled');
    this.#isOfLeaving = this.#settledAt >= 0 && records.slice(this.#settledAt).some(isNamed);
  }

  /** For what the failure names. */
  ofNames(record: RunRecord, position: number): number {
    const { mentioned, specific, concerned } = this.#facts;
    const weight = weightOf(record, mentioned);
    let points =
      weight === 2 || (record.type === 'probe' && concerned[position] === true)
        ? POINTS.concerned
        : weight === 1
          ? POINTS.context
          : 0;
    if (hasIdentifier(record, specific)) points += POINTS.identifier;
    else if (isAboutOther(record, specific)) points += POINTS.identifierElsewhere;
    if (concerned[position] !== true) return points;
    if (isEnd(record)) points += POINTS.end;
    if (record.type === 'command' && record.command === 'publish' && !this.#facts.isRoutine[position])
      points += POINTS.message;
    return points;
  }

  /** For what led to the failure. */
  ofCauses(record: RunRecord, position: number): number {
    const distance = this.#facts.cone.get(position);
    let points = distance === undefined ? 0 : Math.max(0, POINTS.cause - distance);
    points += Math.max(0, POINTS.attempt - (this.#facts.attempt.get(position) ?? Infinity));
    if (this.#facts.named.has(position)) points += POINTS.number;
    if (this.#crosses(record, position)) points += POINTS.crossing;
    return this.#data.has(position) ? points + POINTS.data : points;
  }

  /** For what kind of record it is. */
  ofKind(record: RunRecord, position: number): number {
    if (record.type === 'timer' && AMBIENT_TIMERS.has(record.label) && this.#facts.isFar(position))
      return POINTS.anonymous;
    // The hit says what the fault did.
    if (record.type === 'fault' && record.phase === 'begun' && this.#hits.has(record.id)) return POINTS.confirmation;
    return this.#ofTrouble(record, position) + this.#ofKey(record) + this.#ofSubject(record, position);
  }

  /** For what the failure is about, whatever it names. */
  #ofSubject(record: RunRecord, position: number): number {
    const { concerned, countOf, isRoutine } = this.#facts;
    if (record.type === 'timer') {
      const isRare = record.phase === 'fired' && countOf(record) < TIMER_RARE_MAX;
      return isRare && concerned[position] === true ? POINTS.namedTimer : 0;
    }
    const isAtNode = 'node' in record && this.#namedNodes.has(record.node);
    if (!isAtNode && this.#namedNodes.size > 0) return 0;
    const isReport = record.type === 'probe' && isOwn(record) && isRoutine[position] !== true;
    const words = Math.min(WORDS_MAX, wordsShared(record, this.#vocabulary));
    return POINTS.word * words + (isReport && isAtNode ? POINTS.report : 0);
  }

  /** For how many look like it, and what else shows the same. */
  ofLooks(record: RunRecord, position: number): number {
    const { isRoutine, countOf } = this.#facts;
    let points = POINTS.rare / countOf(record);
    if (isConfirmation(record)) points += POINTS.confirmation;
    if (isRoutine[position] === true && record.type !== 'command') points += POINTS.routine;
    const isLeaving = !this.#isOfLeaving && this.#settledAt >= 0 && position > this.#settledAt;
    return isLeaving && this.#facts.isFar(position) ? points + POINTS.leaving : points;
  }

  #ofTrouble(record: RunRecord, position: number): number {
    const isEffect = this.#troubles.hasEffect(record);
    if (!(isEffect || this.#troubles.has(record)) || !this.#isWhereItFailed(record, position)) return 0;
    const look = lookOf(record) ?? '';
    const isFirst = !this.#seenTroubles.has(look);
    this.#seenTroubles.add(look);
    const origin = record.step === this.#origin ? POINTS.origin : 0;
    return POINTS.trouble + origin + (isFirst ? POINTS.firstTrouble : 0);
  }

  /** Whether it carries what was attempted to a node that the failure names. */
  #crosses(record: RunRecord, position: number): boolean {
    if (record.type !== 'command' || record.phase !== 'delivered') return false;
    return this.#facts.attempt.has(position) && this.#namedNodes.has(record.node);
  }

  #isWhereItFailed(record: RunRecord, position: number): boolean {
    const { concerned, near, cone } = this.#facts;
    if (concerned[position] === true) return true;
    if (record.type !== 'redis' && record.type !== 'command') return false;
    if (record.type === 'redis' && this.#namedNodes.has(record.node)) return true;
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
