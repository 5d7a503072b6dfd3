/**
 * WS-002, second half. Testimony: when a broadcast begins. Evidence: who was subscribed then, and what each was sent.
 */
import type { Judge, JudgeView, Property, RunRecord } from '../../sim/index.ts';
import { Deadlines } from '../deadlines.ts';
import { Pauses } from '../pauses.ts';
import { Wire, type Wired, type WireEvent } from '../wire.ts';

/** A price may wait so long in the outbox of a client that reads. */
const OWED_WITHIN_MS = 2000;

/** A client with so much on its way reads slowly: the newest price may wait until there is room. */
const SLOW_CHARACTERS = 6000;

interface Owed {
  readonly wired: Wired;
  readonly symbol: string;
  readonly sequence: number;
}

export const wholeBroadcasts: Property = {
  id: 'whole-broadcasts',
  risk: 'WS-002',
  kind: 'always',
  promise: 'A broadcast reaches every client that was subscribed throughout it with that price or a newer one.',
  judge: (view) => new WholeBroadcasts(view),
};

class WholeBroadcasts implements Judge {
  readonly #view: JudgeView;
  readonly #pauses: Pauses;
  readonly #owed = new Deadlines<Owed>(OWED_WITHIN_MS, ({ wired, symbol }) => keyOf(wired, symbol));
  /** Subscribers by node and symbol. */
  readonly #subscribers = new Map<string, Set<Wired>>();

  constructor(view: JudgeView) {
    this.#view = view;
    this.#pauses = Pauses.of(view);
    Wire.of(view).listen((event) => this.#event(event));
  }

  observe(record: RunRecord): void {
    if (record.type !== 'probe' || record.name !== 'broadcast.started') return;
    const symbol = String(record.fields['symbol']);
    const sequence = Number(record.fields['sequence']);
    for (const wired of this.#group(record.node, symbol)) {
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
    if (event.what === 'subscribed') this.#group(wired.node, event.symbol).add(wired);
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

  #leave(wired: Wired, symbol: string): void {
    this.#group(wired.node, symbol).delete(wired);
    this.#owed.settle(keyOf(wired, symbol));
  }

  #group(node: string, symbol: string): Set<Wired> {
    const key = `${node} ${symbol}`;
    let group = this.#subscribers.get(key);
    if (group === undefined) {
      group = new Set();
      this.#subscribers.set(key, group);
    }
    return group;
  }
}

function keyOf(wired: Wired, symbol: string): string {
  return `${wired.link} ${symbol}`;
}
