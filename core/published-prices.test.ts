import { afterAll, describe, expect, test, vi } from 'vitest';
import { publishedFeed } from './adapters/published-feed.ts';
import { recordedFeed, recordedPrices } from './adapters/recorded-feed.ts';
import { redisClient } from './adapters/redis-client.ts';
import { systemClock } from './adapters/system-clock.ts';
import { PATIENT } from './test/patient.ts';
import { realRedis } from './test/real-redis.ts';
import { redisProxy } from './test/redis-proxy.ts';
import { served, tokenFor } from './test/served.ts';
import { WsClient } from './test/ws-client.ts';

const redis = await realRedis();
const url = redis?.url ?? '';

afterAll(() => redis?.stop());

describe.skipIf(redis === null)('published prices on a real Redis', () => {
  test('reach clients of another gateway, in the same epoch', async () => {
    const source = await served({ REDIS_URL: url, PUBLISH_PRICES: 'true' });
    const other = await served({ REDIS_URL: url, FEED: 'redis', SYMBOLS: 'AAPL,IBM' });
    try {
      const [own, remote] = await Promise.all(
        [source, other].map(async ({ port }) => {
          const client = await WsClient.open(port);
          client.say({ type: 'authenticate', token: tokenFor('ada', 'viewer') });
          client.say({ type: 'subscribe', id: 1, symbols: ['AAPL'] });
          return client.next('price');
        }),
      );
      if (own === undefined || remote === undefined) throw new Error('both are sent prices');
      expect(remote['epoch']).toBe(own['epoch']);
      const quotes = recordedPrices['AAPL'] ?? [];
      for (const { sequence, price, quotedAt } of [own, remote])
        expect([quotedAt, price]).toEqual(quotes[(Number(sequence) - 1) % quotes.length]);
    } finally {
      await Promise.all([source.stop(), other.stop()]);
    }
  });

  test('do not pile up in a connection on which Redis does not answer', async () => {
    const proxy = await redisProxy(url);
    const client = redisClient(proxy.url, { storeTimeoutMs: 200 }, () => undefined);
    const feed = publishedFeed({
      source: recordedFeed(systemClock, recordedPrices, 20, 'e'),
      client,
      nextWithinMs: 60,
      metrics: { count: () => undefined },
    });
    await vi.waitFor(() => expect(client.status).toBe('ready'), PATIENT);
    proxy.pause();
    const closed = new Promise((resolve) => client.once('close', resolve));
    await closed;
    await expect(client.publish('prices:T', '{}')).rejects.toThrow("Stream isn't writeable");
    await feed.close();
    client.disconnect();
    proxy.close();
  });
});
