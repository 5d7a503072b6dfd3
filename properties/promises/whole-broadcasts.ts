/**
 * WS-002, second half. Testimony: when a broadcast begins. Evidence: who was subscribed then, and what each was sent.
 */
import type { Judge, JudgeView, Property, RunRecord } from '../../sim/index.ts';
import { simulatedLimits } from '../configuration.ts';
import { Deadlines } from '../deadlines.ts';
import { Pauses } from '../pauses.ts';
import { Wire, type Wired, type WireEvent } from '../wire.ts';

/** A price may wait so long in the outbox of a client that reads. */
const OWED_WITHIN_MS = 2000;

/** A client with so much on its way reads slowly: the newest price may wait until there is room. */
const SLOW_CHARACTERS = 6000;

/** Longer than a source takes to be read again after it broke. */
const SILENT_MS_MAX = simulatedLimits.feedRestartMaxMs + 2000;

/** Who is subscribed to a symbol at a node. */
interface Group {
  readonly subscribers: Set<Wired>;
  /** Since the last broadcast, or since somebody is subscribed at all. */
  silentSinceMs: number;
}

interface Owed {
  readonly wired: Wired;
  readonly symbol: string;
  readonly sequence: number;
}

export const wholeBroadcasts: Property = {
  id: 'whole-broadcasts',
  risk: 'WS-002',
  kind: 'always',
  promise:
    'A broadcast reaches every client that was subscribed throughout it with that price or a newer one; and once all has settled, what anybody is ' +
    'subscribed to is broadcast.',
  judge: (view) => new WholeBroadcasts(view),
};

class WholeBroadcasts implements Judge {
  readonly #view: JudgeView;
  readonly #pauses: Pauses;
  readonly #owed = new Deadlines<Owed>(OWED_WITHIN_MS, ({ wired, symbol }) => keyOf(wired, symbol));
  /** By node and symbol. */
  readonly #groups = new Map<string, Group>();

  constructor(view: JudgeView) {
    this.#view = view;
    this.#pauses = Pauses.of(view);
    Wire.of(view).listen((event) => this.#event(event));
  }

  observe(record: RunRecord): void {
    if (record.type === 'fault' && record.kind === 'settled') this.#judgeSilence();
    if (record.type !== 'probe' || record.name !== 'broadcast.started') return;
    const symbol = String(record.fields['symbol']);
    const sequence = Number(record.fields['sequence']);
    const group = this.#group(record.node, symbol);
    group.silentSinceMs = record.atMs;
    for (const wired of group.subscribers) {
      this.#owed.add({ wired, symbol, sequence }, record.atMs);
    }
  }

  quiescent(): void {
    const { nowMs } = this.#view;
    const owed = this.#owed.overdue(nowMs);
    if (owed === undefined) return;
    const { wired, symbol, sequence } = owed;
    if (wired.underWay > SLOW_CHARACTERS || this.#pauses.disturbed(wired.node, nowMs, OWED_WITHIN_MS)) {
      this.#owed.add({ ...owed }, nowMs);
      return;
    }
    this.#view.check(false, () => ({
      about: 'missed price',
      text: `${wired.client} is subscribed to ${symbol} at ${wired.node} but was not sent price ${sequence}, nor a newer one, within ${OWED_WITHIN_MS} ms`,
    }));
  }

  #event(event: WireEvent): void {
    const { wired } = event;
    if (event.what === 'subscribed') this.#join(wired, event.symbol);
    else if (event.what === 'unsubscribed') this.#leave(wired, event.symbol);
    else if (event.what === 'closing' || event.what === 'ended')
      for (const symbol of wired.subscriptions) this.#leave(wired, symbol);
    else if (event.what === 'price') this.#priced(wired, event.symbol, event.sequence);
  }

  #priced(wired: Wired, symbol: string, sequence: number): void {
    const key = keyOf(wired, symbol);
    const owed = this.#owed.get(key);
    if (owed === undefined || sequence < owed.sequence) return;
    this.#owed.settle(key);
    this.#view.check(true, () => ({ about: '', text: '' }));
  }

  /** A source that broke, or fell silent and came back, has long been read again. */
  #judgeSilence(): void {
    const { nowMs } = this.#view;
    for (const [key, { subscribers, silentSinceMs }] of this.#groups) {
      if (subscribers.size === 0) continue;
      this.#view.check(nowMs - silentSinceMs <= SILENT_MS_MAX, () => ({
        about: 'silent stream',
        text: `${subscribers.size} clients are subscribed to ${key}, which has not been broadcast since ${(silentSinceMs / 1000).toFixed(1)} s`,
      }));
    }
  }

  #join(wired: Wired, symbol: string): void {
    const group = this.#group(wired.node, symbol);
    if (group.subscribers.size === 0) group.silentSinceMs = this.#view.nowMs;
    group.subscribers.add(wired);
  }

  #leave(wired: Wired, symbol: string): void {
    this.#group(wired.node, symbol).subscribers.delete(wired);
    this.#owed.settle(keyOf(wired, symbol));
  }

  #group(node: string, symbol: string): Group {
    const key = `${symbol} at ${node}`;
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = { subscribers: new Set(), silentSinceMs: 0 };
      this.#groups.set(key, group);
    }
    return group;
  }
}

function keyOf(wired: Wired, symbol: string): string {
  return `${wired.link} ${symbol}`;
}
