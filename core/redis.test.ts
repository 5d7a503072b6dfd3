import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { memoryStore } from './adapters/memory-store.ts';
import { redisClient } from './adapters/redis-client.ts';
import { redisFeed } from './adapters/redis-feed.ts';
import { redisRates } from './adapters/redis-rates.ts';
import { redisRevocations } from './adapters/redis-revocations.ts';
import { redisStore } from './adapters/redis-store.ts';
import { redisUsers } from './adapters/redis-users.ts';
import { systemClock } from './adapters/system-clock.ts';
import { limits } from './limits.ts';
import type { ConnectionRow, Price } from './ports.ts';
import { ManualClock } from './test/manual-clock.ts';
import { realRedis } from './test/real-redis.ts';
import { PATIENT } from './test/patient.ts';
import { served, tokenFor } from './test/served.ts';
import { storeContract } from './test/store-contract.ts';
import { WsClient } from './test/ws-client.ts';

storeContract('memory', () => {
  const clock = new ManualClock();
  const store = memoryStore(clock);
  const read = (connection: string): ConnectionRow | null =>
    store.rows().find((row) => row.connection === connection) ?? null;
  const leaseLeftMs = async (connection: string): Promise<number> => {
    for (let leftMs = 0; ; leftMs += 1_000) {
      if (read(connection) === null) return leftMs;
      await clock.advance(1_000);
    }
  };
  return Promise.resolve({ store, read: (connection) => Promise.resolve(read(connection)), leaseLeftMs });
});

const redis = await realRedis();
const url = redis?.url ?? '';
const open: Redis[] = [];

afterAll(async () => {
  for (const client of open) client.disconnect();
  await redis?.stop();
});

/** A connected client with the gateway's options. */
async function gatewayClient(): Promise<Redis> {
  const client = redisClient(url, limits(), () => undefined);
  open.push(client);
  await vi.waitFor(() => expect(client.status).toBe('ready'), PATIENT);
  return client;
}

function observer(): Redis {
  const client = new Redis(url);
  open.push(client);
  return client;
}

describe.skipIf(redis === null)('on a real Redis', () => {
  storeContract('Redis', async () => {
    const client = await gatewayClient();
    const prefix = `test-${randomUUID()}-`;
    const inner = redisStore(client);
    return {
      store: {
        put: (row, leaseMs) => inner.put({ ...row, connection: prefix + row.connection }, leaseMs),
        remove: (connection) => inner.remove(prefix + connection),
        close: () => inner.close(),
        drop: () => inner.drop(),
      },
      read: async (connection) => {
        const text = await client.get(`conn:${prefix}${connection}`);
        return text === null ? null : { ...(JSON.parse(text) as ConnectionRow), connection };
      },
      leaseLeftMs: (connection) => client.pttl(`conn:${prefix}${connection}`),
    };
  });

  test('a command fails at once without a connection, and is not sent later', async () => {
    const client = await gatewayClient();
    const watcher = observer();
    const store = redisStore(client);
    const id = randomUUID();
    const row: ConnectionRow = { connection: id, node: 'n', user: 'u', role: 'viewer', sinceMs: 0 };
    const ownId = String(await client.client('ID'));
    const closed = once(client, 'close');
    await watcher.client('KILL', 'ID', ownId);
    await closed;
    await expect(store.put(row, 45_000)).rejects.toThrow();
    await vi.waitFor(() => expect(client.status).toBe('ready'), PATIENT);
    expect(await client.get(`conn:${id}`)).toBeNull();
    await store.put(row, 45_000);
    await store.remove(id);
    await store.close();
  });

  test('a feed yields published prices, throws when its connection breaks, and can be iterated again', async () => {
    const client = await gatewayClient();
    const publisher = observer();
    const symbol = `T${randomUUID().slice(0, 8).toUpperCase()}`;
    const channel = `prices:${symbol}`;
    const feed = redisFeed({
      client,
      publisher,
      symbols: [symbol],
      clock: systemClock,
      limits: limits(),
      name: symbol,
    });
    const ownId = String(await client.client('ID'));
    const controller = new AbortController();
    const prices = feed.prices(symbol, controller.signal)[Symbol.asyncIterator]();
    const publish = async (price: number): Promise<void> => {
      const text = JSON.stringify({ price, epoch: 'e', sequence: price, quotedAt: '2010-03-01' });
      await vi.waitFor(async () => expect(await publisher.publish(channel, text)).toBe(1), PATIENT);
    };

    const first = prices.next();
    await publish(1);
    await publish(2);
    const expected: Price = { symbol, price: 1, epoch: 'e', sequence: 1, quotedAt: '2010-03-01' };
    expect((await first).value).toEqual(expected);
    expect((await prices.next()).value).toEqual({ ...expected, price: 2, sequence: 2 });

    // Awaited only later: the connection may break before the reply to KILL arrives.
    const broken = expect(prices.next()).rejects.toThrow('the connection to Redis broke');
    await publisher.client('KILL', 'ID', ownId);
    await broken;

    await vi.waitFor(() => expect(client.status).toBe('ready'), PATIENT);
    // A symbol that is not iterated again is no longer subscribed.
    expect(await publisher.publish(channel, '{}')).toBe(0);
    const again = feed.prices(symbol, controller.signal)[Symbol.asyncIterator]();
    const next = again.next();
    await publish(3);
    expect((await next).value).toEqual({ ...expected, price: 3, sequence: 3 });

    const last = again.next();
    controller.abort();
    expect((await last).done).toBe(true);
    await vi.waitFor(async () => expect(await publisher.publish(channel, '{}')).toBe(0), PATIENT);
  });

  test('the whole gateway stores its rows in Redis and streams prices from it', async () => {
    const watcher = observer();
    const symbol = `T${randomUUID().slice(0, 8).toUpperCase()}`;
    const LIMITS = '{"historyKeptMs":50}';
    const server = await served({ REDIS_URL: url, FEED: 'redis', SYMBOLS: symbol, NODE_NAME: 'node-7', LIMITS });
    try {
      const client = await WsClient.open(server.port);
      client.say({ type: 'authenticate', token: tokenFor('ada', 'viewer') });
      const { connection } = await client.next('authenticated');
      const key = `conn:${String(connection)}`;
      await vi.waitFor(async () => expect(await watcher.exists(key)).toBe(1), PATIENT);
      expect(JSON.parse((await watcher.get(key)) ?? '')).toMatchObject({ connection, node: 'node-7', user: 'ada' });
      expect(await watcher.pttl(key)).toBeGreaterThan(0);

      client.say({ type: 'subscribe', id: 0, symbols: [symbol] });
      const quote = JSON.stringify({ price: 42, epoch: 'e', sequence: 1, quotedAt: '2010-03-01' });
      await vi.waitFor(async () => expect(await watcher.publish(`prices:${symbol}`, quote)).toBe(1), PATIENT);
      expect(await client.next('price')).toMatchObject({ symbol, price: 42, sequence: 1 });

      client.socket.close();
      await vi.waitFor(async () => expect(await watcher.exists(key)).toBe(0), PATIENT);
      await vi.waitFor(
        async () => expect(await watcher.pubsub('NUMSUB', `prices:${symbol}`)).toEqual([`prices:${symbol}`, 0]),
        PATIENT,
      );
    } finally {
      await server.stop();
    }
  });
});

describe.skipIf(redis === null)('revocations on a real Redis', () => {
  test('are read by other nodes, which are notified, and are gone when they are forgotten', async () => {
    const [writer, reader] = [redisRevocations(await gatewayClient(), await gatewayClient()), await gatewayClient()];
    const other = redisRevocations(reader, await gatewayClient());
    let notices = 0;
    other.onChange(() => (notices += 1));
    await vi.waitFor(
      async () => expect(await reader.pubsub('NUMSUB', 'revocations')).toEqual(['revocations', 1]),
      PATIENT,
    );
    const before = notices;
    const revocation = { subject: 'user', name: `eve:${randomUUID()}`, revokedAtMs: 1, expiresAtMs: 2 } as const;
    await writer.add([revocation], 'version-1');
    await vi.waitFor(() => expect(notices).toBeGreaterThan(before), PATIENT);
    expect(await other.version()).toBe('version-1');
    expect((await other.read()).revocations).toContainEqual(revocation);
    await other.forget([revocation]);
    expect((await writer.read()).revocations).not.toContainEqual(revocation);
  });
});

describe.skipIf(redis === null)('messages on a real Redis', () => {
  test('reach clients of another gateway', async () => {
    const servers = [await served({ REDIS_URL: url }), await served({ REDIS_URL: url })];
    try {
      const [sender, reader] = await Promise.all(
        servers.map(async ({ port }, index) => {
          const client = await WsClient.open(port);
          client.say({ type: 'authenticate', token: tokenFor(`user-${String(index)}`, 'admin') });
          await client.next('authenticated');
          client.say({ type: 'subscribe', id: 1, symbols: ['AAPL'] });
          await client.next('subscribed');
          return client;
        }),
      );
      if (sender === undefined || reader === undefined) throw new Error('both are open');
      const watcher = observer();
      await vi.waitFor(
        async () => expect(await watcher.pubsub('NUMSUB', 'messages')).toEqual(['messages', 2]),
        PATIENT,
      );
      sender.say({ type: 'comment', id: 2, symbol: 'AAPL', text: 'a < b' });
      expect(await sender.next('commented')).toEqual({ type: 'commented', id: 2, partial: false });
      expect(await reader.next('comment')).toMatchObject({ from: 'user-0', text: 'a < b' });
      sender.say({ type: 'announce', id: 3, text: 'noon' });
      expect(await sender.next('announced')).toEqual({ type: 'announced', id: 3, partial: false });
      expect(await reader.next('announcement')).toEqual({ type: 'announcement', from: 'user-0', text: 'noon' });
    } finally {
      await Promise.all(servers.map((server) => server.stop()));
    }
  });
});

describe.skipIf(redis === null)('users on a real Redis', () => {
  test('are shared by all nodes, which know which of them live', async () => {
    const users = redisUsers(await gatewayClient());
    const [node, other, user] = [randomUUID(), randomUUID(), `ada-${randomUUID()}`];
    const first = await users.beat(node, 45_000);
    expect(first.isKnown).toBe(false);
    expect(Math.abs(first.timeMs - Date.now())).toBeLessThan(60_000);
    expect((await users.beat(node, 45_000)).isKnown).toBe(true);
    const lease = { timeMs: first.timeMs, leaseMs: 45_000 };
    const [one, two] = [
      { connection: 'c-1', sinceMs: 1 },
      { connection: 'c-2', sinceMs: 2 },
    ];
    await users.put(user, node, [one], lease);
    expect(await users.put(user, other, [two], lease)).toEqual(
      new Map([
        [node, [one]],
        [other, [two]],
      ]),
    );
    expect(await observer().pttl(`user:${user}`)).toBeGreaterThan(0);
    expect(await users.living([node, other])).toEqual(new Set([node]));
    await users.leave(node);
    expect(await users.living([node, other])).toEqual(new Set());
    expect(await users.put(user, node, [], lease)).toEqual(new Map([[other, [two]]]));
    // A node that has not written for twice the lease.
    const later = { timeMs: lease.timeMs + 90_001, leaseMs: 45_000 };
    expect(await users.put(user, node, [one], later)).toEqual(new Map([[node, [one]]]));
    await vi.waitFor(async () => expect(await users.put(user, node, [], lease)).toEqual(new Map()), PATIENT);
  });

  test('are reported to all nodes', async () => {
    const users = redisUsers(await gatewayClient());
    const user = `ada-${randomUUID()}`;
    const { timeMs } = await users.beat(user, 1000);
    await users.report(user, timeMs);
    expect(await users.reported(timeMs - 1)).toContain(user);
    expect(await users.reported(timeMs + 1)).not.toContain(user);
  });
});

test.skipIf(redis === null)('frames of users on a real Redis are added up, unless they are too old', async () => {
  const rates = redisRates(await gatewayClient());
  const user = `ada-${randomUUID()}`;
  const { timeMs } = await rates.fastUsers(0);
  expect(Math.abs(timeMs - Date.now())).toBeLessThan(60_000);
  const at = (count: number, sinceMs: number) => ({ count, sinceMs, lateAfterMs: 30_000 });
  expect(await rates.addFrames(user, at(0, timeMs), 1)).toBe(0);
  expect((await rates.fastUsers(timeMs - 1)).users).not.toContain(user);
  expect(await rates.addFrames(user, at(100, timeMs), 1)).toBeGreaterThan(70_000);
  const fullInMs = await rates.addFrames(user, at(50, timeMs), 1);
  expect(fullInMs).toBeGreaterThan(120_000);
  expect(fullInMs).toBeLessThanOrEqual(150_000);
  expect(await rates.addFrames(user, at(100, timeMs - 40_000), 1)).toBeLessThanOrEqual(fullInMs);
  const leftMs = await observer().pttl(`rate:${user}`);
  expect(Math.abs(leftMs - fullInMs)).toBeLessThan(30_000);
  expect((await rates.fastUsers(timeMs - 1)).users).toContain(user);
  expect((await rates.fastUsers(timeMs + 60_000)).users).not.toContain(user);
});
