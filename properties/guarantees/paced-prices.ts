/** The times between prices for clients that have asked for a rate, from frames alone. */
import type { Checker, CheckerView, Property, RunRecord } from '../../sim/index.ts';
import { Connections, isSlow } from '../support/connections.ts';
import { Paces } from '../support/paces.ts';
import { Pauses } from '../support/pauses.ts';

type FrameRecord = Extract<RunRecord, { type: 'frame' }>;

const PACED = 'a price waited for the rate that its client has asked for';

export const pacedPrices: Property = {
  id: 'paced-prices',
  kind: 'always',
  description:
    'A client that has asked for at most n prices of a symbol per second is sent two of them at least 1/n s apart, except before ' +
    'stale.',
  marks: [{ name: PACED, withinSeeds: 200 }],
  checker: (view) => new PacedPrices(view),
};

/** Rounding of times. */
const SLACK_MS = 2;

const PRICED = /^\{"type":"(price|snapshot|batch|stale|subscribed)"(?:,"symbol":"([^"]+)")?/;

/** A price that came too early, unless `stale` follows it in the same step. */
interface Early {
  readonly node: string;
  readonly link: string;
  readonly symbol: string;
  readonly afterMs: number;
  readonly maxPerSecond: number;
}

interface Sent {
  readonly atMs: number;
  /** The gateway may have written it earlier. */
  readonly isLate: boolean;
}

class PacedPrices implements Checker {
  readonly observes = ['frame'] as const;
  readonly #view: CheckerView;
  readonly #paces: Paces;
  readonly #pauses: Pauses;
  readonly #connections: Connections;
  /** The last price that was sent, by link and symbol. */
  readonly #last = new Map<string, Map<string, Sent>>();
  #early: Early[] = [];

  constructor(view: CheckerView) {
    this.#view = view;
    this.#paces = Paces.of(view);
    this.#pauses = Pauses.of(view);
    this.#connections = Connections.of(view).listen({ ended: ({ link }) => void this.#last.delete(link) });
  }

  observe(record: FrameRecord): void {
    const { direction, phase, kind, link, text } = record;
    if (direction !== 'down' || phase !== 'sent' || kind !== 'text') return;
    const [, type, symbol] = PRICED.exec(text) ?? [];
    // What follows begins a subscription.
    if (type === 'subscribed') this.#last.delete(link);
    else if (symbol === undefined) return;
    else if (type === 'stale')
      this.#early = this.#early.filter((early) => early.link !== link || early.symbol !== symbol);
    else this.#priced(record, symbol, type ?? '');
  }

  quiescent(): void {
    for (const { node, link, symbol, afterMs, maxPerSecond } of this.#early.splice(0)) {
      this.#view.check(false, () => ({
        subject: 'price too early',
        text: `${node} sent ${link} a price of ${symbol} ${afterMs.toFixed(1)} ms after the one before, but it asked for ${maxPerSecond} per second`,
      }));
    }
  }

  #priced({ node, link, text, atMs }: FrameRecord, symbol: string, type: string): void {
    const maxPerSecond = this.#paces.of(link, symbol);
    if (maxPerSecond === undefined) return;
    const tracked = this.#connections.open.get(link);
    let ofLink = this.#last.get(link);
    if (ofLink === undefined) this.#last.set(link, (ofLink = new Map()));
    const last = ofLink.get(symbol);
    const afterMs = atMs - (last?.atMs ?? -Infinity);
    // Over TCP, frames to a slow reader wait in the stream, and leave it together.
    const isLate = tracked === undefined || isSlow(tracked, atMs) || this.#pauses.disturbed(node, atMs, 2000);
    ofLink.set(symbol, { atMs, isLate });
    if (type === 'batch' || isLate || last?.isLate === true) return;
    if (afterMs + SLACK_MS < 1000 / maxPerSecond) this.#early.push({ node, link, symbol, afterMs, maxPerSecond });
    else this.#view.check(true);
    if (type === 'price' && !text.includes('"skipped":0')) this.#view.mark(PACED);
  }
}
