/**
 * The numbers of prices, from frames alone. The source plays a recording, so that a number decides
 * its price.
 */
import { recordedPrices } from '../../core/adapters/recorded-feed.ts';
import type { Checker, CheckerView, Property, RunRecord } from '../../sim/index.ts';
import { simulatedLimits } from '../configuration.ts';
import { Connections } from '../support/connections.ts';
import { Paces } from '../support/paces.ts';
import { type ParsedPrice, PriceTexts } from '../support/price-texts.ts';
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

/** The last price of a symbol on a connection. */
interface Last {
  epoch: string | null;
  sequence: number;
  atMs: number;
}

class NumberedPrices implements Checker {
  readonly observes = ['frame'] as const;
  readonly #view: CheckerView;
  readonly #connections: Connections;
  readonly #paces: Paces;
  readonly #prices = new PriceTexts();
  /** By link and symbol. */
  readonly #last = new Map<string, Map<string, Last>>();
  /** When at least FULL_CHARACTERS were in flight, by link. */
  readonly #fullAtMs = new Map<string, number>();
  /** Texts whose numbers were checked, while they are sent to many clients. */
  #checked = '';

  constructor(view: CheckerView) {
    this.#view = view;
    this.#paces = Paces.of(view);
    this.#connections = Connections.of(view).listen({
      ended: ({ link }) => {
        this.#last.delete(link);
        this.#fullAtMs.delete(link);
      },
    });
  }

  observe(record: RunRecord): void {
    if (record.type !== 'frame' || record.direction !== 'down') return;
    if (record.phase !== 'sent' || record.kind !== 'text') return;
    const { link, text, atMs } = record;
    const price = this.#prices.read(text);
    if (price !== null) this.#priced(record, price);
    else {
      const welcome = welcomeIn(text);
      if (welcome !== null) this.#welcomed(record, welcome);
    }
    const inFlight = this.#connections.open.get(link)?.inFlight ?? 0;
    if (inFlight > FULL_CHARACTERS) this.#fullAtMs.set(link, atMs);
  }

  #priced({ link, node, text, atMs }: FrameRecord, { symbol, epoch, sequence, skipped }: ParsedPrice): void {
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
    if (skipped > 0) this.#skipped(link, node, symbol, last);
    last.epoch = epoch;
    last.sequence = sequence;
    last.atMs = atMs;
  }

  #skipped(link: string, node: string, symbol: string, last: Last): void {
    const wasFull = (this.#fullAtMs.get(link) ?? -1) >= last.atMs;
    if (wasFull) this.#view.mark(SKIPPED);
    this.#view.check(wasFull || this.#paces.of(link, symbol) !== undefined, () => ({
      subject: 'skipped without need',
      text: `${node} skipped prices of ${symbol} after ${last.sequence} for ${link}, which had little to read`,
    }));
  }

  #welcomed({ link, node, atMs }: FrameRecord, { symbol, epoch, sequence, prices }: Welcome): void {
    for (const quote of prices) this.#checkQuote(node, symbol, quote);
    let ofLink = this.#last.get(link);
    if (ofLink === undefined) this.#last.set(link, (ofLink = new Map()));
    // An empty batch: the client has the newest price, and the next one is compared with nothing.
    if (sequence === null) ofLink.delete(symbol);
    else ofLink.set(symbol, { epoch, sequence, atMs });
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
