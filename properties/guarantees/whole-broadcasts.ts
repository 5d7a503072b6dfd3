/**
 * WS-002, second half. Testimony: when a broadcast begins. Evidence: who was subscribed then, and what each was sent.
 */
import type { Checker, CheckerView, Property, RunRecord } from '../../sim/index.ts';
import { Fifo } from '../../sim/kernel/fifo.ts';
import { simulatedLimits } from '../configuration.ts';
import { nothing } from '../support/nothing.ts';
import { Pauses } from '../support/pauses.ts';
import { Connections, type TrackedConnection } from '../support/connections.ts';

/** A price may wait so long in the outbox of a client that reads. */
const OWED_WITHIN_MS = 2000;

/** A client with so much on its way reads slowly: the newest price may wait until there is room. */
const SLOW_CHARACTERS = 6000;

/** Longer than a source takes to be read again after it broke. */
const SILENT_MS_MAX = simulatedLimits.feedRestartMaxMs + 2000;

/** Who is subscribed to a symbol at a node. */
interface Group {
  readonly readers: Set<Reader>;
  /** Since the last broadcast, or since somebody is subscribed at all. */
  silentSinceMs: number;
}

interface Reader {
  readonly wired: TrackedConnection;
  readonly symbol: string;
  readonly group: Group;
  /** The first broadcast whose price, or a newer one, it has not been sent yet. */
  owed: Broadcast | null;
}

interface Broadcast {
  readonly sequence: number;
  /** Those that it is owed to are among these. */
  readonly readers: Iterable<Reader>;
  readonly dueAtMs: number;
}

export const wholeBroadcasts: Property = {
  id: 'whole-broadcasts',
  risk: 'WS-002',
  kind: 'always',
  description:
    'A broadcast reaches every client that was subscribed throughout it with that price or a newer one; and once all has settled, what anybody is ' +
    'subscribed to is broadcast.',
  checker: (view) => new WholeBroadcasts(view),
};

class WholeBroadcasts implements Checker {
  readonly observes = ['fault', 'probe'] as const;
  readonly #view: CheckerView;
  readonly #pauses: Pauses;
  readonly #broadcasts = new Fifo<Broadcast>();
  /** By node and symbol. */
  readonly #groups = new Map<string, Group>();
  /** By symbol. */
  readonly #readers = new Map<TrackedConnection, Map<string, Reader>>();

  constructor(view: CheckerView) {
    this.#view = view;
    this.#pauses = Pauses.of(view);
    Connections.of(view).listen({
      subscribed: (wired, symbol) => this.#join(wired, symbol),
      unsubscribed: (wired, symbol) => this.#leave(wired, symbol),
      closing: (wired) => this.#leaveAll(wired),
      ended: (wired) => this.#leaveAll(wired),
      price: (wired, symbol, sequence) => this.#priced(wired, symbol, sequence),
    });
  }

  observe(record: RunRecord): void {
    if (record.type === 'fault' && record.kind === 'settled') this.#judgeSilence();
    if (record.type !== 'probe' || record.name !== 'broadcast.started') return;
    const group = this.#group(record.node, String(record.fields['symbol']));
    group.silentSinceMs = record.atMs;
    if (group.readers.size > 0) this.#owe(Number(record.fields['sequence']), group.readers, record.atMs);
  }

  quiescent(): void {
    const { nowMs } = this.#view;
    for (
      let first = this.#broadcasts.first;
      first !== undefined && first.dueAtMs < nowMs;
      first = this.#broadcasts.first
    ) {
      this.#broadcasts.take();
      for (const reader of first.readers) if (reader.owed === first) this.#judge(reader, first.sequence, nowMs);
    }
  }

  #judge(reader: Reader, sequence: number, nowMs: number): void {
    const { wired, symbol } = reader;
    reader.owed = null;
    if (wired.underWay > SLOW_CHARACTERS || this.#pauses.disturbed(wired.node, nowMs, OWED_WITHIN_MS)) {
      this.#owe(sequence, [reader], nowMs);
      return;
    }
    this.#view.check(false, () => ({
      subject: 'missed price',
      text: `${wired.client} is subscribed to ${symbol} at ${wired.node} but was not sent price ${sequence}, nor a newer one, within ${OWED_WITHIN_MS} ms`,
    }));
  }

  /** Whoever is owed an older price already is owed that one first, and any newer one settles both. */
  #owe(sequence: number, readers: Iterable<Reader>, atMs: number): void {
    const broadcast: Broadcast = { sequence, readers, dueAtMs: atMs + OWED_WITHIN_MS };
    this.#broadcasts.push(broadcast);
    for (const reader of readers) reader.owed ??= broadcast;
  }

  #priced(wired: TrackedConnection, symbol: string, sequence: number): void {
    const reader = this.#readers.get(wired)?.get(symbol);
    if (reader === undefined || reader.owed === null || sequence < reader.owed.sequence) return;
    reader.owed = null;
    this.#view.check(true, nothing);
  }

  /** A source that broke, or fell silent and came back, has long been read again. */
  #judgeSilence(): void {
    const { nowMs } = this.#view;
    for (const [key, { readers, silentSinceMs }] of this.#groups) {
      if (readers.size === 0) continue;
      this.#view.check(nowMs - silentSinceMs <= SILENT_MS_MAX, () => ({
        subject: 'silent stream',
        text: `${readers.size} clients are subscribed to ${key}, which has not been broadcast since ${(silentSinceMs / 1000).toFixed(1)} s`,
      }));
    }
  }

  #join(wired: TrackedConnection, symbol: string): void {
    const group = this.#group(wired.node, symbol);
    if (group.readers.size === 0) group.silentSinceMs = this.#view.nowMs;
    const own = this.#readers.get(wired) ?? new Map<string, Reader>();
    this.#readers.set(wired, own);
    if (own.has(symbol)) return;
    const reader: Reader = { wired, symbol, group, owed: null };
    own.set(symbol, reader);
    group.readers.add(reader);
  }

  #leave(wired: TrackedConnection, symbol: string): void {
    const own = this.#readers.get(wired);
    const reader = own?.get(symbol);
    if (reader === undefined) return;
    own?.delete(symbol);
    reader.group.readers.delete(reader);
    reader.owed = null;
  }

  #leaveAll(wired: TrackedConnection): void {
    for (const symbol of wired.subscriptions) this.#leave(wired, symbol);
    this.#readers.delete(wired);
  }

  #group(node: string, symbol: string): Group {
    const key = `${symbol} at ${node}`;
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = { readers: new Set(), silentSinceMs: 0 };
      this.#groups.set(key, group);
    }
    return group;
  }
}
