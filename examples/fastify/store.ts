/**
 * The state of the auction. It is in Redis, so that any number of nodes can serve the same items.
 */
import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';

export interface Item {
  readonly id: string;
  readonly title: string;
  /** The highest bid in cents, or the starting price before the first bid. */
  readonly amount: number;
  readonly bidder: string | null;
  /** Grows by one with every accepted bid. */
  readonly seq: number;
}

/** Null if the item does not exist. */
export type BidResult = { readonly ok: boolean; readonly item: Item } | null;
type Listener = (item: Item) => void;
type Fields = { title: string; amount: string; bidder?: string | null; seq: string };

const keyOf = (id: string) => `auction:item:${id}`;
const channelOf = (id: string) => `auction:live:${id}`;

/**
 * Check, write and publish in one step: Redis runs a script alone, so two nodes cannot both win at
 * the same price, and the messages on the channel have the same order as the bids.
 *
 * A command is sent again when a connection breaks before its answer came. The bid id makes that
 * harmless: the second run finds that this very bid already is the highest one.
 */
const BID = `
local title, amount, bidder, seq, bidId = unpack(redis.call('HMGET', KEYS[1], 'title', 'amount', 'bidder', 'seq', 'bidId'))
if not title then return false end
if bidId == ARGV[3] then return {1, title, amount, bidder, seq} end
local first = seq == '0'
if tonumber(ARGV[1]) < tonumber(amount) or (not first and tonumber(ARGV[1]) == tonumber(amount)) then
  return {0, title, amount, bidder, seq}
end
redis.call('HSET', KEYS[1], 'amount', ARGV[1], 'bidder', ARGV[2], 'bidId', ARGV[3])
seq = tostring(redis.call('HINCRBY', KEYS[1], 'seq', 1))
redis.call('PUBLISH', ARGV[4], cjson.encode({title = title, amount = ARGV[1], bidder = ARGV[2], seq = seq}))
return {1, title, ARGV[1], ARGV[2], seq}
`;

/** Every field is text, in a hash as well as in a message. */
const toItem = (id: string, fields: Fields): Item => ({
  id,
  title: fields.title,
  amount: Number(fields.amount),
  bidder: fields.bidder || null,
  seq: Number(fields.seq),
});

export class AuctionStore {
  readonly #redis: Redis;
  /** A connection that has subscribed cannot do anything else. */
  readonly #subscriber: Redis;
  readonly #listeners = new Map<string, Set<Listener>>();

  constructor(url: string, onError: (error: Error) => void) {
    this.#redis = new Redis(url, { maxRetriesPerRequest: 1, commandTimeout: 3000 });
    // ioredis would subscribe again after a lost connection. If Redis refused that, it would leave
    // an unhandled rejection, which ends the process.
    this.#subscriber = new Redis(url, { maxRetriesPerRequest: null, autoResubscribe: false });
    this.#redis.on('error', onError);
    this.#subscriber.on('error', onError);
    this.#subscriber.on('message', (channel: string, text: string) => {
      const id = channel.slice(channelOf('').length);
      this.#notify(toItem(id, JSON.parse(text) as Fields));
    });
    // Messages that were published while the connection was lost are lost, too. So read every
    // watched item once more when its subscription is in force.
    this.#subscriber.on('ready', () => {
      for (const id of this.#listeners.keys())
        this.#refresh(id).catch((error: Error) => {
          onError(error);
          // Without the subscription its listeners would hear nothing: try again.
          this.#subscriber.disconnect(true);
        });
    });
  }

  /** Puts an item up for auction, unless it exists already. */
  async create(id: string, title: string, startingPrice: number): Promise<void> {
    // The title is written last: readers take an item without one for missing.
    await this.#redis
      .multi()
      .hsetnx(keyOf(id), 'amount', startingPrice)
      .hsetnx(keyOf(id), 'bidder', '')
      .hsetnx(keyOf(id), 'seq', 0)
      .hsetnx(keyOf(id), 'title', title)
      .exec();
  }

  async get(id: string): Promise<Item | null> {
    const fields = await this.#redis.hgetall(keyOf(id));
    return fields.title === undefined ? null : toItem(id, fields as Fields);
  }

  async bid(id: string, bidder: string, amount: number): Promise<BidResult> {
    const reply = (await this.#redis.eval(BID, 1, keyOf(id), amount, bidder, randomUUID(), channelOf(id))) as
      [number, string, string, string, string] | null;
    if (!reply) return null;
    const [won, title, highest, by, seq] = reply;
    return { ok: won === 1, item: toItem(id, { title, amount: highest, bidder: by, seq }) };
  }

  /** Resolves when the subscription is in force. The returned function ends it. */
  async watch(id: string, listener: Listener): Promise<() => void> {
    const listeners = this.#listeners.get(id) ?? new Set<Listener>();
    this.#listeners.set(id, listeners.add(listener));
    const stop = () => {
      if (!listeners.delete(listener) || listeners.size > 0) return;
      this.#listeners.delete(id);
      // Fails only if the connection is lost, and with it the subscription.
      this.#subscriber.unsubscribe(channelOf(id)).catch(() => undefined);
    };
    try {
      // Safe to repeat for a subscribed channel. Commands keep their order on a connection.
      await this.#subscriber.subscribe(channelOf(id));
      return stop;
    } catch (error) {
      stop();
      throw error;
    }
  }

  async healthy(): Promise<boolean> {
    if (this.#redis.status !== 'ready' || this.#subscriber.status !== 'ready') return false;
    return this.#redis.ping().then(
      () => true,
      () => false,
    );
  }

  async close(): Promise<void> {
    this.#subscriber.disconnect();
    // QUIT waits for the commands before it.
    await this.#redis.quit().catch(() => this.#redis.disconnect());
  }

  async #refresh(id: string): Promise<void> {
    await this.#subscriber.subscribe(channelOf(id));
    const item = await this.get(id);
    if (item) this.#notify(item);
    // The last client may have left in between.
    if (!this.#listeners.has(id)) await this.#subscriber.unsubscribe(channelOf(id));
  }

  #notify(item: Item): void {
    for (const listener of this.#listeners.get(item.id) ?? []) listener(item);
  }
}
