// @ts-check
/**
 * The symbols that a client of the gateway subscribes to, and what it has of each. Decides which
 * prices are handed over: those of a symbol in order, none twice, and none after `remove`.
 *
 * @import { Emit, Frame, Position } from './types.ts'
 */

/** A request with this many symbols and their positions stays below 16 KiB. */
const SYMBOLS_PER_REQUEST = 32;

/**
 * @typedef {object} Subscription
 * @property {number | undefined} maxPerSecond prices that are wanted; undefined for all
 * @property {Position | null} position of the last price that was handed over
 * @property {number | null} request id of the last request for it on this connection
 * @property {boolean} isAnswered
 * @property {boolean} isLive a snapshot or a batch has arrived since the answer
 */

export class Subscriptions {
  /** @type {Map<string, Subscription>} */
  #bySymbol = new Map();
  #emit;

  constructor(/** @type {Emit} */ emit) {
    this.#emit = emit;
  }

  get symbols() {
    return [...this.#bySymbol.keys()];
  }

  /** Symbols without a request on this connection. */
  get unrequested() {
    return this.symbols.filter((symbol) => this.#bySymbol.get(symbol)?.request === null);
  }

  /** Returns those that were not there before. */
  add(/** @type {readonly string[]} */ symbols, /** @type {number | undefined} */ maxPerSecond = undefined) {
    const added = [...new Set(symbols)].filter((symbol) => !this.#bySymbol.has(symbol));
    for (const symbol of added)
      this.#bySymbol.set(symbol, { maxPerSecond, position: null, request: null, isAnswered: false, isLive: false });
    return added;
  }

  /** Returns those that were there. */
  remove(/** @type {readonly string[]} */ symbols) {
    return symbols.filter((symbol) => this.#bySymbol.delete(symbol));
  }

  /** The fields of requests for these symbols, each with one rate and the positions to resume. */
  requestsFor(/** @type {readonly string[]} */ symbols) {
    const rateOf = (/** @type {string} */ symbol) => this.#bySymbol.get(symbol)?.maxPerSecond;
    return [...new Set(symbols.map(rateOf))].flatMap((maxPerSecond) =>
      inChunks(symbols.filter((symbol) => rateOf(symbol) === maxPerSecond)).map((some) => {
        const resume = some.flatMap((symbol) => this.#bySymbol.get(symbol)?.position ?? []);
        // JSON leaves out what is undefined.
        return { symbols: some, resume: resume.length > 0 ? resume : undefined, maxPerSecond };
      }),
    );
  }

  /** The symbols that this request was the last one for. */
  requestedBy(/** @type {number} */ id) {
    return this.symbols.filter((symbol) => this.#bySymbol.get(symbol)?.request === id);
  }

  /** Notes a request. Prices that arrive before its answer belong to an earlier subscription. */
  requested(/** @type {readonly string[]} */ symbols, /** @type {number} */ id) {
    for (const symbol of symbols) {
      const subscription = this.#bySymbol.get(symbol);
      if (subscription !== undefined) Object.assign(subscription, { request: id, isAnswered: false, isLive: false });
    }
  }

  /** Notes the end of the connection. Positions stay. */
  disconnected() {
    for (const subscription of this.#bySymbol.values())
      Object.assign(subscription, { request: null, isAnswered: false, isLive: false });
  }

  /** Handles a frame about symbols; ignores others. */
  receive(/** @type {Frame} */ frame) {
    if (frame.type === 'subscribed') this.#answered(frame);
    const subscription = this.#bySymbol.get(frame['symbol']);
    if (subscription === undefined) return;
    if (frame.type === 'price') this.#priced(subscription, frame);
    else if (frame.type === 'snapshot' && subscription.isAnswered) this.#snapshot(subscription, frame);
    else if (frame.type === 'batch' && subscription.isAnswered) this.#batch(subscription, frame);
    else if (frame.type === 'stale') this.#emit('stale', { symbol: frame['symbol'] });
    else if (frame.type === 'comment') {
      const { symbol, from, text } = frame;
      this.#emit('comment', { symbol, from, text });
    }
  }

  /** @param {Frame} frame */
  #answered({ id, symbols }) {
    for (const symbol of symbols) {
      const subscription = this.#bySymbol.get(symbol);
      if (subscription !== undefined && subscription.request === id) subscription.isAnswered = true;
    }
  }

  #priced(/** @type {Subscription} */ subscription, /** @type {Frame} */ frame) {
    const { position, isLive } = subscription;
    const { symbol, price, epoch, sequence, skipped, quotedAt } = frame;
    const isSameEpoch = position?.epoch === epoch;
    if (!isLive || (isSameEpoch && sequence <= (position?.sequence ?? 0))) return;
    const follows = position === null || (isSameEpoch && sequence === position.sequence + 1 + skipped);
    subscription.position = { symbol, epoch, sequence };
    const quote = { symbol, price, epoch, sequence, quotedAt };
    if (follows) this.#emit('price', { ...quote, skipped });
    else this.#emit('snapshot', quote);
  }

  /** @param {Subscription} subscription @param {Frame} frame */
  #snapshot(subscription, { symbol, price, epoch, sequence, quotedAt }) {
    subscription.isLive = true;
    subscription.position = epoch === null ? null : { symbol, epoch, sequence };
    if (epoch === null) this.#emit('snapshot', { symbol, price: null });
    else this.#emit('snapshot', { symbol, price, epoch, sequence, quotedAt });
  }

  /** @param {Subscription} subscription @param {Frame} frame */
  #batch(subscription, { symbol, epoch, prices }) {
    subscription.isLive = true;
    for (const { price, sequence, quotedAt } of prices)
      this.#priced(subscription, { type: 'price', symbol, price, epoch, sequence, skipped: 0, quotedAt });
    this.#emit('recovered', { symbol, prices: prices.length });
  }
}

export function inChunks(/** @type {readonly string[]} */ symbols) {
  const chunks = [];
  for (let from = 0; from < symbols.length; from += SYMBOLS_PER_REQUEST)
    chunks.push(symbols.slice(from, from + SYMBOLS_PER_REQUEST));
  return chunks;
}
