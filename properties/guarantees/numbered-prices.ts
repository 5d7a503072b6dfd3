/**
 * The numbers of prices, from frames. The source plays a recording, so that a number decides its
 * price. When a price was skipped is the time of its broadcast: over TCP a frame may leave its node
 * long after it was written.
 */
import { recordedPrices } from '../../core/adapters/recorded-feed.ts';
import type { Checker, CheckerView, Property, RunRecord } from '../../sim/index.ts';
import { simulatedLimits } from '../configuration.ts';
import { CATCHES_UP_WITHIN_MS, Connections } from '../support/connections.ts';
import { Paces } from '../support/paces.ts';
import { Pauses } from '../support/pauses.ts';
import { type ParsedPrice, PriceTexts } from '../support/price-texts.ts';
import { reportOf } from '../support/testimony.ts';
import { type Welcome, welcomeIn } from '../support/welcomes.ts';

type FrameRecord = Extract<RunRecord, { type: 'frame' }>;

const SKIPPED = 'a price skipped others';

export const numberedPrices: Property = {
  id: 'numbered-prices',
  kind: 'always',
  description:
    'Each price has the number that its source gave it, at every node. It follows the one before on its connection: the same ' +
    'epoch, and its sequence + 1 + skipped. It skips prices only if more than outboxConflateBytes were unread, ' +
    'or its client has asked for a rate.',
  marks: [{ name: SKIPPED, withinSeeds: 200 }],
  checker: (view) => new NumberedPrices(view),
};

/**
 * Fewer characters than a client must have in flight before a price waits. A character has several
 * bytes, but few are not ASCII.
 */
const FULL_CHARACTERS = simulatedLimits.outboxConflateBytes / 2;

/** More than a client may lack before its node gives it up. */
const BROADCASTS_KEPT = 256;

/** The last price of a symbol on a connection. */
interface Last {
  epoch: string | null;
  sequence: number;
}

class NumberedPrices implements Checker {
  readonly observes = ['frame', 'probe'] as const;
  readonly #view: CheckerView;
  readonly #connections: Connections;
  readonly #paces: Paces;
  readonly #pauses: Pauses;
  readonly #prices = new PriceTexts();
  /** By link and symbol. */
  readonly #last = new Map<string, Map<string, Last>>();
  /** When more than FULL_CHARACTERS were last in flight, by link. */
  readonly #fullAtMs = new Map<string, number>();
  /** When each position was broadcast, by node and symbol. */
  readonly #broadcastAtMs = new Map<string, Map<number, number>>();
  /** Texts whose numbers were checked, while they are sent to many clients. */
  #checked = '';

  constructor(view: CheckerView) {
    this.#view = view;
    this.#paces = Paces.of(view);
    this.#pauses = Pauses.of(view);
    this.#connections = Connections.of(view).listen({
      ended: ({ link }) => {
        this.#last.delete(link);
        this.#fullAtMs.delete(link);
      },
    });
  }

  observe(record: RunRecord): void {
    if (record.type === 'probe') this.#report(record);
    else if (record.type === 'frame' && record.direction === 'down' && record.kind === 'text') this.#frame(record);
  }

  #report(record: Extract<RunRecord, { type: 'probe' }>): void {
    const { name, node, fields, atMs } = reportOf(record);
    if (name !== 'broadcast.started') return;
    const key = `${node} ${String(fields['symbol'])}`;
    let times = this.#broadcastAtMs.get(key);
    if (times === undefined) this.#broadcastAtMs.set(key, (times = new Map()));
    times.set(this.#prices.positionOf(String(fields['epoch']), Number(fields['sequence'])), atMs);
    const oldest = times.size > BROADCASTS_KEPT ? times.keys().next().value : undefined;
    if (oldest !== undefined) times.delete(oldest);
  }

  #frame(record: FrameRecord): void {
    const { phase, link, text, atMs } = record;
    const isSent = phase === 'sent';
    if (isSent) this.#sent(record);
    const tracked = this.#connections.open.get(link);
    if (tracked === undefined) return;
    // What was delivered is not counted any longer.
    const unread = tracked.inFlight + (isSent ? 0 : text.length);
    if (unread > FULL_CHARACTERS) this.#fullAtMs.set(link, atMs);
  }

  #sent(record: FrameRecord): void {
    const price = this.#prices.read(record.text);
    if (price !== null) {
      this.#priced(record, price);
      return;
    }
    const welcome = welcomeIn(record.text);
    if (welcome !== null) this.#welcomed(record, welcome);
  }

  #priced({ link, node, text }: FrameRecord, { symbol, epoch, sequence, skipped }: ParsedPrice): void {
    if (text !== this.#checked) this.#checkQuote(node, symbol, JSON.parse(text) as Welcome['prices'][number]);
    this.#checked = text;
    const last = this.#last.get(link)?.get(symbol);
    // `subscription-begins` judges how it begins.
    if (last === undefined) return;
    const follows = (last.epoch ?? epoch) === epoch && sequence === last.sequence + 1 + skipped;
    this.#view.check(follows, () => ({
      subject: 'gap without a snapshot',
      text: `${node} sent ${link} the price ${sequence} of ${symbol} (${epoch}), which skips ${skipped}, after ${last.sequence} (${last.epoch})`,
    }));
    if (skipped > 0) this.#skipped(link, node, symbol, { epoch, sequence: last.sequence + 1 });
    last.epoch = epoch;
    last.sequence = sequence;
  }

  #skipped(link: string, node: string, symbol: string, first: { epoch: string; sequence: number }): void {
    const wasFull = this.#wasFull(link, node, symbol, this.#prices.positionOf(first.epoch, first.sequence));
    if (wasFull) this.#view.mark(SKIPPED);
    this.#view.check(wasFull || this.#paces.of(link, symbol) !== undefined, () => ({
      subject: 'skipped without need',
      text: `${node} skipped prices of ${symbol} from ${first.sequence} on for ${link}, which had little to read`,
    }));
  }

  /** Whether a price had to wait at its broadcast, or soon after it. */
  #wasFull(link: string, node: string, symbol: string, position: number): boolean {
    const fullAtMs = this.#fullAtMs.get(link);
    const broadcastAtMs = this.#broadcastAtMs.get(`${node} ${symbol}`)?.get(position);
    if (fullAtMs === undefined || broadcastAtMs === undefined) return fullAtMs !== undefined;
    const sinceMs = broadcastAtMs - CATCHES_UP_WITHIN_MS;
    if (fullAtMs >= sinceMs) return true;
    // A node that stood still learns later what was read during that time.
    const { nowMs } = this.#view;
    return this.#pauses.disturbed(node, nowMs, nowMs - sinceMs);
  }

  #welcomed({ link, node }: FrameRecord, { symbol, epoch, sequence, prices }: Welcome): void {
    for (const quote of prices) this.#checkQuote(node, symbol, quote);
    let ofLink = this.#last.get(link);
    if (ofLink === undefined) this.#last.set(link, (ofLink = new Map()));
    // An empty batch: the client has the newest price, and the next one is compared with nothing.
    if (sequence === null) ofLink.delete(symbol);
    else ofLink.set(symbol, { epoch, sequence });
  }

  #checkQuote(node: string, symbol: string, { sequence, price, quotedAt }: Welcome['prices'][number]): void {
    const quotes = recordedPrices[symbol] ?? [];
    const [day, value] = quotes[(sequence - 1) % quotes.length] ?? [];
    // The release before has no dates.
    const isRight = price === value && (quotedAt === undefined || quotedAt === day);
    this.#view.check(isRight, () => ({
      subject: 'renumbered price',
      text: `${node} sent ${price} (${quotedAt}) as price ${sequence} of ${symbol}, but the source gave this number to ${value} (${day})`,
    }));
  }
}
