/**
 * What clients notice of a lost feed. Compares the prices that the source has published in Redis
 * with the frames of each subscriber.
 *
 * On whole frames, each process has a separate source. In server.ts, one node is the source for all
 * others, in some seeds.
 */
import type { Checker, CheckerView, Property, RunRecord } from '../../sim/index.ts';
import { Fifo } from '../../sim/kernel/fifo.ts';
import { simulatedLimits } from '../configuration.ts';
import { Connections, isSlow, type TrackedConnection } from '../support/connections.ts';
import { Pauses } from '../support/pauses.ts';
import { symbolOf } from '../support/price-source.ts';
import { seconds } from '../support/seconds.ts';

type FrameRecord = Extract<RunRecord, { type: 'frame' }>;

const LOST = 'a client was notified of a lost feed';
const RETURNED = 'a lost feed returned with a snapshot';
const GIVEN_UP = 'a node gave up a connection to Redis that received nothing';

/** From a published price to that price or a newer one, or `stale`. */
const WITHIN_MS = 5000;

/** A source that has published nothing for this time may have ended. */
const SOURCE_ALIVE_MS = 2000;

/** Longer than the gateway takes to restart a failed feed, and to get its first price. */
const RETURN_WITHIN_MS = simulatedLimits.feedRestartMaxMs + 2000;

export const staleFeeds: Property = {
  id: 'stale-feeds',
  kind: 'always',
  description:
    `A client whose node does not get the prices that the source publishes is sent stale within ${WITHIN_MS / 1000} s, and a ` +
    'snapshot when the feed is back. After the heal, every feed is back.',
  marks: [
    { name: LOST, withinSeeds: 200 },
    { name: RETURNED, withinSeeds: 200 },
    { name: GIVEN_UP, withinSeeds: 200 },
  ],
  checker: (view) => new StaleFeeds(view),
};

/** A subscription, at its node. */
interface Reader {
  readonly tracked: TrackedConnection;
  readonly symbol: string;
  /** When it was sent `stale`; null after its next price. */
  staleSinceMs: number | null;
  /** The first publication since it was sent a price, or null. */
  owed: Publication | null;
}

interface Publication {
  /** Null for a source of one process, which ends with its readers. */
  readonly source: Source | null;
  readonly readers: readonly Reader[];
  readonly dueAtMs: number;
}

/** A symbol of a source for all nodes. */
interface Source {
  publishedAtMs: number;
}

/** The channel of a source that belongs to one process has its name before the symbol. */
const CHANNEL = /^prices:[^:]+:(.+)$/;
const PRICED = /^\{"type":"(price|snapshot|batch|stale)","symbol":"([^"]+)"/;

class StaleFeeds implements Checker {
  readonly observes = ['fault', 'frame', 'command', 'redis'] as const;
  readonly #view: CheckerView;
  readonly #pauses: Pauses;
  readonly #connections: Connections;
  readonly #publications = new Fifo<Publication>();
  /** By symbol. */
  readonly #sources = new Map<string, Source>();
  /** By link, then by symbol. */
  readonly #readers = new Map<string, Map<string, Reader>>();
  /** Clients of Redis that have subscribed to prices. */
  readonly #readingClients = new Set<string>();
  /** Clients of Redis whose last connection was closed by them. */
  readonly #closedByClient = new Set<string>();

  constructor(view: CheckerView) {
    this.#view = view;
    this.#pauses = Pauses.of(view);
    this.#connections = Connections.of(view).listen({
      subscribed: (tracked, symbol) => this.#join(tracked, symbol),
      unsubscribed: ({ link }, symbol) => void this.#readers.get(link)?.delete(symbol),
      closing: ({ link }) => void this.#readers.delete(link),
      ended: ({ link }) => void this.#readers.delete(link),
    });
  }

  observe(record: RunRecord): void {
    if (record.type === 'fault' && record.kind === 'settled') this.#checkReturned();
    else if (record.type === 'redis') this.#connected(record);
    else if (record.type === 'command') this.#published(record);
    else if (record.type === 'frame' && record.direction === 'down' && record.phase === 'sent') this.#sent(record);
  }

  quiescent(): void {
    const { nowMs } = this.#view;
    for (
      let first = this.#publications.first;
      first !== undefined && first.dueAtMs < nowMs;
      first = this.#publications.first
    ) {
      this.#publications.take();
      for (const reader of first.readers) if (reader.owed === first) this.#checkOwed(reader, first, nowMs);
    }
  }

  #published({ command, key, node, connection, phase, atMs }: Extract<RunRecord, { type: 'command' }>): void {
    const shared = symbolOf(key);
    const symbol = shared ?? CHANNEL.exec(key)?.[1];
    if (symbol === undefined) return;
    if (command === 'subscribe') this.#readingClients.add(clientOf(connection));
    if (phase !== 'applied' || command !== 'publish') return;
    const source = shared === null ? null : this.#sourceOf(shared, atMs);
    const readers: Reader[] = [];
    for (const ofLink of this.#readers.values()) {
      const reader = ofLink.get(symbol);
      if (reader !== undefined && (reader.tracked.node === node) === (source === null)) readers.push(reader);
    }
    if (readers.length > 0) this.#owe(source, readers, atMs);
  }

  #sourceOf(symbol: string, publishedAtMs: number): Source {
    let source = this.#sources.get(symbol);
    if (source === undefined) this.#sources.set(symbol, (source = { publishedAtMs }));
    source.publishedAtMs = publishedAtMs;
    return source;
  }

  #owe(source: Source | null, readers: readonly Reader[], atMs: number): void {
    const publication: Publication = { source, readers, dueAtMs: atMs + WITHIN_MS };
    this.#publications.push(publication);
    for (const reader of readers) if (reader.staleSinceMs === null) reader.owed ??= publication;
  }

  #checkOwed(reader: Reader, { source, dueAtMs }: Publication, nowMs: number): void {
    const { tracked, symbol } = reader;
    reader.owed = null;
    // The node may have subscribed after the last price of a source that has ended.
    if (source !== null && nowMs - source.publishedAtMs > SOURCE_ALIVE_MS) return;
    if (this.#readers.get(tracked.link)?.get(symbol) !== reader) return;
    // The frames may be queued until it has read enough, or a paused node be behind.
    if (isSlow(tracked, nowMs) || this.#pauses.disturbed(tracked.node, nowMs, WITHIN_MS)) {
      this.#owe(source, [reader], nowMs);
      return;
    }
    this.#view.check(false, () => ({
      subject: 'lost feed without notice',
      text: `the source of ${tracked.node} has published a price of ${symbol} at ${seconds(dueAtMs - WITHIN_MS)}, but ${tracked.client} was sent neither a price nor stale within ${WITHIN_MS} ms`,
    }));
  }

  #sent({ link, node, kind, text, atMs }: FrameRecord): void {
    const [, type, symbol = ''] = (kind === 'text' ? PRICED.exec(text) : null) ?? [];
    const reader = this.#readers.get(link)?.get(symbol);
    if (reader === undefined) return;
    reader.owed = null;
    if (type === 'stale') {
      reader.staleSinceMs ??= atMs;
      this.#view.mark(LOST);
      return;
    }
    this.#view.check(reader.staleSinceMs === null || type !== 'price', () => ({
      subject: 'return without a snapshot',
      text: `${node} sent ${link} stale for ${symbol}, and then a price without a snapshot`,
    }));
    if (reader.staleSinceMs !== null && type === 'snapshot') this.#view.mark(RETURNED);
    reader.staleSinceMs = null;
  }

  #checkReturned(): void {
    const { nowMs } = this.#view;
    for (const ofLink of this.#readers.values()) {
      for (const { tracked, symbol, staleSinceMs } of ofLink.values()) {
        this.#view.check(nowMs - (staleSinceMs ?? nowMs) <= RETURN_WITHIN_MS, () => ({
          subject: 'feed that stays lost',
          text: `${tracked.node} has sent ${tracked.client} stale for ${symbol} at ${seconds(staleSinceMs ?? 0)}, and no snapshot since`,
        }));
      }
    }
  }

  /** A client that ends its own connection and opens another one has given it up. */
  #connected({ connection, phase, by }: Extract<RunRecord, { type: 'redis' }>): void {
    const client = clientOf(connection);
    if (!this.#readingClients.has(client)) return;
    if (phase === 'closed' && by === 'client') this.#closedByClient.add(client);
    else if (phase === 'opened' && this.#closedByClient.delete(client)) this.#view.mark(GIVEN_UP);
  }

  #join(tracked: TrackedConnection, symbol: string): void {
    // It may have sent its closing frame with the request. Nothing is owed to it then.
    if (!this.#connections.open.has(tracked.link)) return;
    const ofLink = this.#readers.get(tracked.link) ?? new Map<string, Reader>();
    this.#readers.set(tracked.link, ofLink);
    ofLink.set(symbol, { tracked, symbol, staleSinceMs: null, owed: null });
  }
}

/** `node-1.1.redis-1` of its connection `node-1.1.redis-1#2`. */
function clientOf(connection: string): string {
  return connection.slice(0, connection.indexOf('#'));
}
