/**
 * A ready-made property: the deliveries of a publish-subscribe system keep its guarantees. For any
 * scenario that can translate its records into events of subscribers.
 */
import { RECORD_TYPES, type RunRecord } from '../../kernel/record.ts';
import type { Checker, CheckerView, Property } from '../property.ts';
import type { Breach, HistoryEvent } from './events.ts';
import type { PropertyOptions } from '../properties/create-property.ts';
import type { Guarantees } from './guarantees.ts';
import { Publications } from './publications.ts';
import { SubscriberHistory } from './subscriber.ts';

export interface HistoryPropertyParts<Memory> extends PropertyOptions {
  readonly id: string;
  readonly guarantees: Guarantees;
  /**
   * Virtual time within which a publication reaches its subscribers without faults; 2 s by default.
   * Less than `settleMs`.
   */
  readonly withinMs?: number;
  /** The types of records that `read` receives; all by default. */
  readonly observes?: readonly RunRecord['type'][];
  /** Creates the state that `read` keeps between records; called once for each run. */
  readonly memory?: () => Memory;
  /**
   * Translates a record into events: a client's requests, their answers and its deliveries, in the
   * order in which the client observes them. Constant time on average.
   */
  readonly read: (record: RunRecord, memory: Memory) => HistoryEvent | readonly HistoryEvent[] | null;
}

const SUBJECTS: Readonly<Record<Breach['kind'], string>> = {
  order: 'out of order',
  duplicate: 'delivered twice',
  gap: 'gap',
  'after-end': 'delivered after the end',
  newest: 'newest missing',
};

const WITHIN_MS = 2000;

/** Each delivery, and each channel on which something is due at the end, counts as one check. */
export function historyProperty<Memory = undefined>(parts: HistoryPropertyParts<Memory>): Property {
  const { id, risk, description = id } = parts;
  return { id, risk, description, kind: 'always', checker: (view) => new HistoryChecker(parts, view) };
}

class HistoryChecker<Memory> implements Checker {
  readonly observes: readonly RunRecord['type'][];
  readonly #parts: HistoryPropertyParts<Memory>;
  readonly #view: CheckerView;
  readonly #isRead: ReadonlySet<RunRecord['type']>;
  readonly #memory: Memory;
  readonly #publications: Publications;
  readonly #subscribers = new Map<string, SubscriberHistory>();

  constructor(parts: HistoryPropertyParts<Memory>, view: CheckerView) {
    this.#parts = parts;
    this.#view = view;
    this.#isRead = new Set(parts.observes ?? RECORD_TYPES);
    this.observes = [...new Set<RunRecord['type']>([...this.#isRead, 'fault'])];
    // Without `memory`, Memory is undefined.
    this.#memory = parts.memory?.() as Memory;
    this.#publications = new Publications(parts.withinMs ?? WITHIN_MS);
  }

  observe(record: RunRecord): void {
    if (record.type === 'fault' && record.kind === 'settled') this.#settle(record.atMs);
    if (!this.#isRead.has(record.type)) return;
    const read = this.#parts.read(record, this.#memory);
    if (read === null) return;
    if ('type' in read) this.#event(read, record.atMs);
    else for (const event of read) this.#event(event, record.atMs);
  }

  #event(event: HistoryEvent, atMs: number): void {
    if (event.type === 'published' || event.type === 'restarted') {
      this.#publications.observe(event, atMs);
      return;
    }
    if (event.type === 'delivered') this.#view.check(true);
    this.#of(event.subscriber).observe(event);
    if (event.type === 'closed' && event.forGood === true) this.#subscribers.delete(event.subscriber);
  }

  #settle(atMs: number): void {
    this.#publications.advance(atMs);
    for (const subscriber of this.#subscribers.values()) {
      for (let due = subscriber.settle(); due > 0; due -= 1) this.#view.check(true);
    }
  }

  #of(name: string): SubscriberHistory {
    let subscriber = this.#subscribers.get(name);
    if (subscriber === undefined) {
      subscriber = new SubscriberHistory(this.#parts.guarantees, this.#publications, ({ kind, channel, text }) =>
        this.#view.check(false, () => ({ subject: SUBJECTS[kind], text: `${name}, channel ${channel}: ${text}` })),
      );
      this.#subscribers.set(name, subscriber);
    }
    return subscriber;
  }
}
