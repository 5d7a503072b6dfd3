/**
 * A node that is the source of prices for all nodes. Compares what it sends to Redis and to its own
 * clients with what the clients of other nodes are sent.
 *
 * Judged in server.ts only: on whole frames each process has a separate source.
 */
import type { Checker, CheckerView, Property, RunRecord } from '../../sim/index.ts';
import { gatewayConfiguration } from '../configuration.ts';
import { Connections, isSlow, type TrackedConnection } from '../support/connections.ts';
import { Deadlines } from '../support/deadlines.ts';
import { Paces } from '../support/paces.ts';
import { Pauses } from '../support/pauses.ts';
import { PriceSource } from '../support/price-source.ts';
import { PriceTexts } from '../support/price-texts.ts';
import { seconds } from '../support/seconds.ts';
import { reportOf } from '../support/testimony.ts';
import { welcomeIn } from '../support/welcomes.ts';

type FrameRecord = Extract<RunRecord, { type: 'frame' }>;

const CROSSED = 'a price reached a client of another node';
const WITHOUT_REDIS = 'a source without Redis served its own clients';

const SOURCE_DOWN = 'a client was notified while the source was down';

/** Three prices: one may be late. */
const WITHIN_MS = 3 * gatewayConfiguration.priceEveryMs;

/** A node waits for three prices. */
const NOTICED_WITHIN_MS = 5 * gatewayConfiguration.priceEveryMs;

export const sharedPrices: Property = {
  id: 'shared-prices',
  kind: 'always',
  description:
    'A gateway that publishes its prices sends its own clients a price of each symbol every ' +
    `${WITHIN_MS / 1000} s and never stale, also without Redis. Clients of all gateways receive its prices in the epoch ` +
    `of its process. Without a price for ${NOTICED_WITHIN_MS / 1000} s, those of other gateways are sent stale.`,
  marks: [
    { name: CROSSED, withinSeeds: 50 },
    { name: WITHOUT_REDIS, withinSeeds: 200 },
    { name: SOURCE_DOWN, withinSeeds: 500 },
  ],
  checker: (view) => new SharedPrices(view),
};

/** A subscribed symbol of the source, of which a price is due. */
interface Due {
  readonly symbol: string;
  readonly sinceMs: number;
}

/** The price of a symbol that a client of another node has. */
interface Held {
  readonly link: string;
  readonly symbol: string;
  readonly sinceMs: number;
}

const heldKey = ({ link, symbol }: Pick<Held, 'link' | 'symbol'>): string => `${link} ${symbol}`;

const PRICED = /^\{"type":"(price|snapshot|batch|stale)","symbol":"([^"]+)"/;

class SharedPrices implements Checker {
  readonly observes = ['command', 'frame', 'node', 'probe'] as const;
  readonly #view: CheckerView;
  readonly #source: PriceSource;
  readonly #pauses: Pauses;
  readonly #connections: Connections;
  readonly #paces: Paces;
  readonly #prices = new PriceTexts();
  readonly #due = new Deadlines<Due>(WITHIN_MS, ({ symbol }) => symbol);
  readonly #held = new Deadlines<Held>(NOTICED_WITHIN_MS, heldKey);
  readonly #epochs = new Set<string>();
  /** Processes of each node. */
  readonly #processes = new Map<string, number>();
  /** When Redis last took a price of the source. */
  #takenAtMs = 0;
  #isSourceDown = false;

  constructor(view: CheckerView) {
    this.#view = view;
    this.#source = PriceSource.of(view);
    this.#pauses = Pauses.of(view);
    this.#paces = Paces.of(view);
    this.#connections = Connections.of(view).listen({
      subscribed: (tracked, symbol) => this.#subscribed(tracked, symbol),
      unsubscribed: ({ link }, symbol) => void this.#held.settle(heldKey({ link, symbol })),
    });
  }

  observe(record: RunRecord): void {
    if (record.type === 'node') this.#processOf(record);
    else if (record.type === 'frame') this.#frame(record);
    else if (record.type === 'command') {
      if (record.node === this.#source.node && record.command === 'publish' && record.phase === 'reply')
        this.#takenAtMs = record.atMs;
    } else if (record.type === 'probe') this.#broadcast(record);
  }

  quiescent(): void {
    this.#checkDue();
    this.#checkHeld();
  }

  #checkDue(): void {
    const { nowMs } = this.#view;
    const due = this.#due.overdue(nowMs);
    const { node } = this.#source;
    if (due === undefined || node === null || !this.#isSubscribed(node, due.symbol)) return;
    if (this.#pauses.disturbed(node, nowMs, WITHIN_MS)) {
      this.#due.add({ ...due }, nowMs);
      return;
    }
    this.#view.check(false, () => ({
      subject: 'no price from the source',
      text: `${node} is the source of ${due.symbol} and has subscribers, but has broadcast no price since ${seconds(due.sinceMs)}`,
    }));
  }

  #checkHeld(): void {
    const { nowMs } = this.#view;
    const held = this.#held.overdue(nowMs);
    if (held === undefined) return;
    const { link, symbol, sinceMs } = held;
    const tracked = this.#connections.open.get(link);
    if (tracked?.subscriptions.has(symbol) !== true || this.#paces.of(link, symbol) !== undefined) return;
    if (isSlow(tracked, nowMs) || this.#pauses.disturbed(tracked.node, nowMs, NOTICED_WITHIN_MS)) {
      this.#held.add({ ...held }, nowMs);
      return;
    }
    this.#view.check(false, () => ({
      subject: 'old price without notice',
      text: `${tracked.node} has sent ${tracked.client} no price of ${symbol} since ${seconds(sinceMs)}, and no stale`,
    }));
  }

  /** Without a subscriber before, nothing has been due. */
  #subscribed(subscriber: TrackedConnection, symbol: string): void {
    const { nowMs } = this.#view;
    if (subscriber.node !== this.#source.node) return;
    if (!this.#isSubscribed(subscriber.node, symbol, subscriber)) this.#due.settle(symbol);
    this.#due.add({ symbol, sinceMs: nowMs }, nowMs);
  }

  #broadcast(record: Extract<RunRecord, { type: 'probe' }>): void {
    const { node, name, fields, atMs } = reportOf(record);
    if (name !== 'broadcast.started' || node !== this.#source.node) return;
    const symbol = String(fields['symbol']);
    if (!this.#due.settle(symbol)) return;
    this.#view.check(true);
    if (this.#takenAtMs < atMs - WITHIN_MS) this.#view.mark(WITHOUT_REDIS);
    if (this.#isSubscribed(node, symbol)) this.#due.add({ symbol, sinceMs: atMs }, atMs);
  }

  #frame({ link, node, client, direction, phase, kind, text, atMs }: FrameRecord): void {
    const source = this.#source.node;
    if (source === null || direction !== 'down' || phase !== 'sent' || kind !== 'text') return;
    const [, type, symbol = ''] = PRICED.exec(text) ?? [];
    if (type === undefined) return;
    const isOwn = node === source;
    if (!isOwn) this.#held.settle(heldKey({ link, symbol }));
    if (type === 'stale') {
      this.#view.check(!isOwn, () => ({
        subject: 'stale from the source',
        text: `${node} is the source of prices, but sent ${client} stale`,
      }));
      if (this.#isSourceDown) this.#view.mark(SOURCE_DOWN);
      return;
    }
    const epoch = this.#prices.read(text)?.epoch ?? welcomeIn(text)?.epoch ?? null;
    if (epoch === null) return;
    this.#sent(source, node, client, epoch);
    if (!isOwn) this.#held.add({ link, symbol, sinceMs: atMs }, atMs);
  }

  #sent(source: string, node: string, client: string, epoch: string): void {
    if (node !== source) this.#view.mark(CROSSED);
    if (this.#epochs.has(epoch)) return;
    this.#epochs.add(epoch);
    const processes = this.#processes.get(source) ?? 0;
    this.#view.check(this.#epochs.size <= processes, () => ({
      subject: 'epoch of no process',
      text: `${node} sent ${client} a price of the epoch ${epoch}: number ${this.#epochs.size}, but ${source} has had ${processes} processes`,
    }));
  }

  #processOf({ node, phase, process }: Extract<RunRecord, { type: 'node' }>): void {
    if (node === this.#source.node) this.#isSourceDown = phase !== 'started' && phase !== 'ready';
    if (phase === 'started') this.#processes.set(node, process);
    else if (phase !== 'ready' && node === this.#source.node)
      for (const symbol of [...this.#due.keys()]) this.#due.settle(symbol);
  }

  /** One that does not read may have been closed: the closing frame waits behind the rest. */
  #isSubscribed(node: string, symbol: string, except?: TrackedConnection): boolean {
    for (const tracked of this.#connections.open.values()) {
      if (tracked === except || tracked.node !== node || isSlow(tracked, this.#view.nowMs)) continue;
      if (tracked.subscriptions.has(symbol)) return true;
    }
    return false;
  }
}
