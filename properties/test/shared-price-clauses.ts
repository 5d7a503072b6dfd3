/**
 * Clauses about prices that pass between nodes. Planted into the main of server.ts: on whole frames
 * no node is the source of another one.
 */
import { aloneClause as clause, type Clause, inCore } from './clause.ts';

const inPublishedFeed = (find: string, put: string) => inCore('adapters/published-feed.ts', 'publishedFeed', find, put);

export const sharedPriceClauses: readonly Clause[] = [
  clause('shared-prices', 'the source passes on what Redis has confirmed', 'no price from the source', [
    inPublishedFeed(
      `for (const reader of readers) reader.push(price);
      publish(price);`,
      `const text = JSON.stringify({ ...price, nextWithinMs });
      const isTaken = await client.publish(\`prices:\${symbol}\`, text).then(() => true, () => false);
      if (isTaken) for (const reader of readers) reader.push(price);`,
    ),
  ]),
  clause(
    'shared-prices',
    'the source reads its own prices from Redis',
    ['stale from the source', 'no price from the source'],
    [
      inCore('server.ts', 'serve', "FEED === 'redis' ? connect()", "FEED === 'redis' || PUBLISH_PRICES ? connect()"),
      inCore('server.ts', 'serve', 'SYMBOLS ?? []', 'SYMBOLS ?? Object.keys(recordedPrices)'),
    ],
  ),
  clause('shared-prices', 'prices are published in an epoch of the connection', 'epoch of no process', [
    inPublishedFeed('...quote, nextWithinMs', '...quote, nextWithinMs, epoch: `${quote.epoch}-redis`'),
  ]),
  clause('shared-prices', 'a source that has ended is not noticed', 'old price without notice', [
    inCore('adapters/redis-feed.ts', 'redisFeed', "reader.fail('the source has published nothing')", 'void reader'),
  ]),
  clause('shared-prices', 'the source does not say when its next price follows', 'old price without notice', [
    inPublishedFeed('...quote, nextWithinMs', '...quote'),
  ]),
  clause('numbered-prices', 'the source counts only prices that Redis has confirmed', 'renumbered price', [
    inPublishedFeed('let unanswered = 0;', 'let unanswered = 0;\n  const counts: Record<string, number> = {};'),
    inPublishedFeed('...quote, nextWithinMs', '...quote, nextWithinMs, sequence: (counts[symbol] ?? 0) + 1'),
    inPublishedFeed('.catch((error', '.then(() => { counts[symbol] = (counts[symbol] ?? 0) + 1; }).catch((error'),
  ]),
  clause('whole-broadcasts', 'prices are published only while the source has readers', 'silent stream', [
    inPublishedFeed('      publish(price);', '      if (readers.size > 0) publish(price);'),
  ]),
];
