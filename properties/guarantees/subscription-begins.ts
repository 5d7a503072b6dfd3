/**
 * How a subscription begins: with a snapshot, or with one batch for a client that resumes. Compares
 * the frames of each connection with the prices that its node has broadcast.
 */
import type { Checker, CheckerView, Property, RunRecord } from '../../sim/index.ts';
import { simulatedLimits } from '../configuration.ts';
import { Connections, PROMPT_MS, type TrackedConnection } from '../support/connections.ts';
import { Histories, type KnownPrices } from '../support/histories.ts';
import { type Welcome, welcomeIn } from '../support/welcomes.ts';

type FrameRecord = Extract<RunRecord, { type: 'frame' }>;

interface Request {
  /** From which the client resumes, by symbol. */
  readonly positions: ReadonlyMap<string, Position>;
  readonly arrivedAtMs: number;
}

interface Position {
  readonly symbol: string;
  readonly epoch: string;
  readonly sequence: number;
}

const RESUMED = 'a client resumed and had missed prices';
const TOO_OLD = 'a client resumed from a price that was no longer kept';
const KNOWN = 'a subscription began with a known price';

/** Longer than one price in a batch. */
const PRICE_CHARACTERS = 80;

const { outboxMaxBytes, payloadMaxBytes } = simulatedLimits;

export const subscriptionBegins: Property = {
  id: 'subscription-begins',
  kind: 'always',
  description:
    'The first frame of each subscription is a snapshot of the newest price that the node knows, or of none. A client that ' +
    'resumes gets all later prices as one batch instead if the node has them and they fit into its outbox, never a part.',
  marks: [
    { name: RESUMED, withinSeeds: 200 },
    { name: TOO_OLD, withinSeeds: 500 },
    { name: KNOWN, withinSeeds: 200 },
  ],
  checker: (view) => new SubscriptionBegins(view),
};

class SubscriptionBegins implements Checker {
  readonly observes = ['frame', 'node', 'probe'] as const;
  readonly #view: CheckerView;
  readonly #connections: Connections;
  readonly #histories: Histories;
  /** Requests without an answer, by link and id. */
  readonly #requests = new Map<string, Map<number, Request>>();
  /** The request that was answered last, by link. */
  readonly #answered = new Map<string, Request>();
  /** Symbols whose first frame has not been sent, by link. */
  readonly #due = new Map<string, Set<string>>();

  constructor(view: CheckerView) {
    this.#view = view;
    this.#histories = new Histories(view);
    this.#connections = Connections.of(view).listen({
      ended: ({ link }) => {
        for (const table of [this.#requests, this.#answered, this.#due]) table.delete(link);
      },
      price: (tracked, symbol) => this.#priced(tracked, symbol),
      unsubscribed: ({ link }, symbol) => void this.#due.get(link)?.delete(symbol),
    });
  }

  observe(record: RunRecord): void {
    this.#histories.observe(record);
    if (record.type !== 'frame' || record.kind !== 'text') return;
    const { direction, phase, text } = record;
    if (direction === 'up' && phase === 'delivered') this.#arrived(record);
    else if (direction === 'down' && phase === 'sent') {
      if (text.startsWith('{"type":"subscribed"')) this.#answer(record);
      else this.#sent(record);
    }
  }

  #arrived({ link, text, atMs }: FrameRecord): void {
    if (!text.startsWith('{"type":"subscribe"')) return;
    const { id, resume = [] } = JSON.parse(text) as { id?: number; resume?: readonly Position[] };
    if (id === undefined) return;
    const positions = new Map(resume.map((position) => [position.symbol, position]));
    const requests = this.#requests.get(link) ?? new Map<number, Request>();
    this.#requests.set(link, requests.set(id, { positions, arrivedAtMs: atMs }));
  }

  #answer({ link, text }: FrameRecord): void {
    const { id, symbols } = JSON.parse(text) as { id: number; symbols: readonly string[] };
    const request = this.#requests.get(link)?.get(id);
    this.#requests.get(link)?.delete(id);
    if (request !== undefined) this.#answered.set(link, request);
    const due = this.#due.get(link) ?? new Set<string>();
    for (const symbol of symbols) due.add(symbol);
    this.#due.set(link, due);
  }

  #sent({ link, text, atMs }: FrameRecord): void {
    const welcome = welcomeIn(text);
    if (welcome === null || this.#due.get(link)?.delete(welcome.symbol) !== true) return;
    const tracked = this.#connections.open.get(link);
    if (tracked === undefined) return;
    const request = this.#answered.get(link);
    // Over TCP, a frame to a client that reads slowly leaves the process later than the gateway
    // wrote it, and prices may have come between.
    const isLate = atMs - (request?.arrivedAtMs ?? atMs) > PROMPT_MS;
    const known = isLate ? 'unclear' : this.#histories.knownOf(tracked.node, welcome.symbol);
    const position = request?.positions.get(welcome.symbol);
    if (welcome.type === 'batch') this.#checkBatch(tracked, welcome, known, position);
    else this.#checkSnapshot(tracked, welcome, known, position, text.length);
  }

  #priced({ link, node, client }: TrackedConnection, symbol: string): void {
    if (this.#due.get(link)?.has(symbol) !== true) return;
    this.#view.check(false, () => ({
      subject: 'price without a snapshot',
      text: `${node} sent ${client} a price of ${symbol} after the answer to its subscription, but no snapshot before`,
    }));
  }

  #checkBatch(
    { node, client }: TrackedConnection,
    { symbol, epoch, prices }: Welcome,
    known: KnownPrices | null | 'unclear',
    position: Position | undefined,
  ): void {
    const { sequence: from = 0, epoch: resumed } = position ?? {};
    const isWhole = prices.every(({ sequence }, index) => sequence === from + 1 + index);
    const last = from + prices.length;
    const isNewest = known === 'unclear' || (known?.epoch === epoch && known.last === last);
    this.#view.check(epoch === resumed && isWhole && isNewest, () => ({
      subject: 'part of a batch',
      text:
        `${client} resumed ${symbol} from ${resumed} ${from}, but ${node} sent ${prices.length} prices of ${epoch}, to ` +
        `${prices.at(-1)?.sequence ?? from}; it knows ${shown(known)}`,
    }));
    if (prices.length > 0) this.#view.mark(RESUMED);
  }

  #checkSnapshot(
    tracked: TrackedConnection,
    { symbol, epoch, sequence }: Welcome,
    known: KnownPrices | null | 'unclear',
    position: Position | undefined,
    characters: number,
  ): void {
    const { node, client } = tracked;
    if (known === 'unclear') return;
    this.#view.check(epoch === (known?.epoch ?? null) && sequence === (known?.last ?? 0), () => ({
      subject: 'wrong snapshot',
      text: `${node} knows ${shown(known)} of ${symbol}, but sent ${client} a snapshot of ${epoch} ${sequence}`,
    }));
    if (known === null) return;
    this.#view.mark(KNOWN);
    if (position === undefined || position.epoch !== known.epoch) return;
    const isKept = position.sequence >= known.first - 1 && position.sequence <= known.last;
    if (!isKept) return this.#view.mark(TOO_OLD);
    const batchCharacters = PRICE_CHARACTERS * (known.last - position.sequence + 1);
    // With this much unread it may not fit.
    const isFull = tracked.inFlight - characters + batchCharacters + payloadMaxBytes > outboxMaxBytes;
    this.#view.check(isFull, () => ({
      subject: 'not recovered',
      text: `${client} resumed ${symbol} from ${position.epoch} ${position.sequence}, and ${node} knows ${shown(known)}, but sent a snapshot`,
    }));
  }
}

function shown(known: KnownPrices | null | 'unclear'): string {
  if (known === null || known === 'unclear') return known ?? 'none';
  return `${known.epoch} ${known.first} to ${known.last}`;
}
