/** Clauses of `numbered-prices`, `subscription-begins`, `stale-feeds` and `whole-broadcasts`. */
import { aloneClause as clause, type Clause, inCore } from './clause.ts';
import { deadBeforeItsReader } from './written-plans.ts';

const inStreams = (method: string, find: string, put: string) => [inCore('streams.ts', `Streams.${method}`, find, put)];

export const priceClauses: readonly Clause[] = [
  clause(
    'numbered-prices',
    'each stream numbers its prices anew',
    'renumbered price',
    inStreams(
      '#run',
      'this.#receive(stream, price);',
      'this.#receive(stream, { ...price, sequence: (stream.history.newest?.sequence ?? 0) + 1 });',
    ),
  ),
  clause('numbered-prices', 'a price does not say how many it has replaced', 'gap without a snapshot', [
    inCore('outbox.ts', 'Outbox.sendPrice', 'waiting.skipped + 1', '0'),
  ]),
  clause(
    'numbered-prices',
    'a gap of the feed is not followed by a snapshot',
    'gap without a snapshot',
    inStreams('#receive', "isLost || follows === 'gap'", 'isLost'),
  ),
  clause('numbered-prices', 'one price in five waits for the next one', 'skipped without need', [
    inCore(
      'outbox.ts',
      'Outbox.#offer',
      'this.#socket.bufferedBytes > this.#parts.limits.outboxConflateBytes',
      'newest.price.sequence % 5 === 0',
    ),
  ]),
  clause('paced-prices', 'a requested rate is ignored', 'price too early', [
    inCore('pacing.ts', 'Pacing.allows', 'return false;', 'return true;'),
  ]),
  clause('paced-prices', 'prices wait for half of their time', 'price too early', [
    inCore('pacing.ts', 'Pacing.sent', '+ pace.intervalMs', '+ pace.intervalMs / 2'),
  ]),
  clause(
    'subscription-begins',
    'no snapshot has a price',
    'wrong snapshot',
    inStreams('welcome', 'stream?.history.newest ?? null', 'null'),
  ),
  clause(
    'subscription-begins',
    'a subscription without a known price gets no snapshot',
    'price without a snapshot',
    inStreams('welcome', 'else outbox.send(snapshotText', 'else if (stream !== undefined) outbox.send(snapshotText'),
  ),
  clause(
    'subscription-begins',
    'no client recovers',
    'not recovered',
    inStreams('welcome', 'stream?.history.since(position) ?? null', 'null'),
  ),
  clause('subscription-begins', 'a batch has the prices that are still kept', 'part of a batch', [
    inCore('price-history.ts', 'PriceHistory.since', 'sequence < oldest.sequence - 1 || ', ''),
    inCore(
      'price-history.ts',
      'PriceHistory.since',
      'sequence - oldest.sequence + 1',
      'Math.max(0, sequence - oldest.sequence + 1)',
    ),
  ]),
  clause(
    'subscription-begins',
    'a stream forgets its prices with its last subscriber',
    'wrong snapshot',
    inStreams('#keep', 'limits.historyKeptMs,', '1,'),
  ),
  clause(
    'stale-feeds',
    'a lost feed is not announced',
    'lost feed without notice',
    inStreams('#lose', 'if (subscriptions.has(stream.symbol)) outbox.sendStale(stream.symbol);', ''),
  ),
  clause('stale-feeds', 'a subscription to Redis that receives nothing is not noticed', 'lost feed without notice', [
    inCore('adapters/subscription-probe.ts', 'SubscriptionProbe.#probe', 'silent();', ''),
  ]),
  clause(
    'stale-feeds',
    'the first price of a feed that is back is not a snapshot',
    'return without a snapshot',
    inStreams('#receive', "isLost || follows === 'gap'", "follows === 'gap'"),
  ),
  clause('stale-feeds', 'a subscription to Redis that receives nothing is not reconnected', 'feed that stays lost', [
    inCore('adapters/redis-feed.ts', 'redisFeed', 'client.disconnect(true);', ''),
  ]),
  {
    ...clause('whole-broadcasts', 'probes that one reader has lost are forgotten for the next one', 'silent stream', [
      inCore(
        'adapters/subscription-probe.ts',
        'SubscriptionProbe.start',
        '=== null) this',
        '=== null) (this.#unheard = 0), this',
      ),
    ]),
    plan: deadBeforeItsReader,
  },
];
