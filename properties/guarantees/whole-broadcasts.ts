/**
 * WS-002, second half: a broadcast misses subscribers. Compares the broadcasts that the gateway's
 * probe reports with the subscriptions at that time and the prices that each client is sent.
 */
import type { Checker, CheckerView, Property, RunRecord } from '../../sim/index.ts';
import { Fifo } from '../../sim/kernel/fifo.ts';
import { simulatedLimits } from '../configuration.ts';
import { Pauses } from '../support/pauses.ts';
import { Connections, isSlow, type TrackedConnection } from '../support/connections.ts';
import { sequenceIn } from '../support/price-texts.ts';
import { seconds } from '../support/seconds.ts';
import { reportOf } from '../support/testimony.ts';

/** The longest time that a price may stay in the outbox of a client that reads. */
const OWED_WITHIN_MS = 2000;

/** Longer than the gateway takes to restart a failed feed. */
const SILENT_MS_MAX = simulatedLimits.feedRestartMaxMs + 2000;

/** The subscribers of a symbol at a node. */
interface Group {
  readonly readers: Set<Reader>;
  /** Time of the last broadcast, or of the first subscription if it is later. */
  silentSinceMs: number;
}

interface Reader {
  readonly tracked: TrackedConnection;
  readonly symbol: string;
  readonly group: Group;
  /** The first broadcast for which it was not sent that price or a newer one, or null. */
  owed: Broadcast | null;
}

interface Broadcast {
  readonly position: number;
  /** Includes all readers to which it is owed. */
  readonly readers: Iterable<Reader>;
  readonly dueAtMs: number;
}

export const wholeBroadcasts: Property = {
  id: 'whole-broadcasts',
  risk: 'WS-002',
  kind: 'always',
  description:
    'A broadcast sends its price or a newer one to every client that is subscribed during all of it. After all faults have ' +
    'settled, every symbol with subscribers is broadcast.',
  checker: (view) => new WholeBroadcasts(view),
};

class WholeBroadcasts implements Checker {
  readonly observes = ['fault', 'probe'] as const;
  readonly #view: CheckerView;
  readonly #pauses: Pauses;
  readonly #connections: Connections;
  readonly #broadcasts = new Fifo<Broadcast>();
  /** By node and symbol. */
  readonly #groups = new Map<string, Group>();
  /** By symbol. */
  readonly #readers = new Map<TrackedConnection, Map<string, Reader>>();

  constructor(view: CheckerView) {
    this.#view = view;
    this.#pauses = Pauses.of(view);
    this.#connections = Connections.of(view).listen({
      subscribed: (tracked, symbol) => this.#join(tracked, symbol),
      unsubscribed: (tracked, symbol) => this.#leave(tracked, symbol),
      closing: (tracked) => this.#leaveAll(tracked),
      ended: (tracked) => this.#leaveAll(tracked),
      price: (tracked, symbol, position) => this.#priced(tracked, symbol, position),
      welcomed: (tracked, symbol, position) => this.#priced(tracked, symbol, position ?? 0),
    });
  }

  observe(record: RunRecord): void {
    if (record.type === 'fault' && record.kind === 'settled') this.#checkSilence();
    if (record.type !== 'probe') return;
    const { name, node, fields, atMs } = reportOf(record);
    if (name !== 'broadcast.started') return;
    const group = this.#group(node, String(fields['symbol']));
    group.silentSinceMs = atMs;
    if (group.readers.size === 0) return;
    this.#owe(this.#connections.positionOf(String(fields['epoch']), Number(fields['sequence'])), group.readers, atMs);
  }

  quiescent(): void {
    const { nowMs } = this.#view;
    for (
      let first = this.#broadcasts.first;
      first !== undefined && first.dueAtMs < nowMs;
      first = this.#broadcasts.first
    ) {
      this.#broadcasts.take();
      for (const reader of first.readers) if (reader.owed === first) this.#checkOwed(reader, first, nowMs);
    }
  }

  #checkOwed(reader: Reader, { position, dueAtMs }: Broadcast, nowMs: number): void {
    const { tracked, symbol } = reader;
    reader.owed = null;
    // Its newest price may be queued until it has read enough.
    if (isSlow(tracked, nowMs) || this.#pauses.disturbed(tracked.node, nowMs, OWED_WITHIN_MS)) {
      this.#owe(position, [reader], nowMs);
      return;
    }
    this.#view.check(false, () => ({
      subject: 'missed price',
      text: `${tracked.client} is subscribed to ${symbol} at ${tracked.node} but was not sent price ${sequenceIn(position)}, nor a newer one, since ${seconds(dueAtMs - OWED_WITHIN_MS)}`,
    }));
  }

  /** A reader that is owed an older price keeps that one: any newer price settles both. */
  #owe(position: number, readers: Iterable<Reader>, atMs: number): void {
    const broadcast: Broadcast = { position, readers, dueAtMs: atMs + OWED_WITHIN_MS };
    this.#broadcasts.push(broadcast);
    for (const reader of readers) reader.owed ??= broadcast;
  }

  #priced(tracked: TrackedConnection, symbol: string, position: number): void {
    const reader = this.#readers.get(tracked)?.get(symbol);
    if (reader === undefined || reader.owed === null || position < reader.owed.position) return;
    reader.owed = null;
    this.#view.check(true);
  }

  /** By now every failed or silent feed must be running again. */
  #checkSilence(): void {
    const { nowMs } = this.#view;
    for (const [key, { readers, silentSinceMs }] of this.#groups) {
      if (readers.size === 0) continue;
      this.#view.check(nowMs - silentSinceMs <= SILENT_MS_MAX, () => ({
        subject: 'silent stream',
        text: `${readers.size} clients are subscribed to ${key}, which has not been broadcast since ${seconds(silentSinceMs)}`,
      }));
    }
  }

  #join(tracked: TrackedConnection, symbol: string): void {
    // It may have sent its closing frame with the request. Nothing is owed to it then.
    if (!this.#connections.open.has(tracked.link)) return;
    const group = this.#group(tracked.node, symbol);
    if (group.readers.size === 0) group.silentSinceMs = this.#view.nowMs;
    const own = this.#readers.get(tracked) ?? new Map<string, Reader>();
    this.#readers.set(tracked, own);
    if (own.has(symbol)) return;
    const reader: Reader = { tracked, symbol, group, owed: null };
    own.set(symbol, reader);
    group.readers.add(reader);
  }

  #leave(tracked: TrackedConnection, symbol: string): void {
    const own = this.#readers.get(tracked);
    const reader = own?.get(symbol);
    if (reader === undefined) return;
    own?.delete(symbol);
    reader.group.readers.delete(reader);
    reader.owed = null;
  }

  #leaveAll(tracked: TrackedConnection): void {
    for (const symbol of tracked.subscriptions) this.#leave(tracked, symbol);
    this.#readers.delete(tracked);
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
