/** A gateway that reads its prices from a real Redis loses its subscription, and notices. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Redis } from 'ioredis';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import type { RunningServer } from './server.ts';
import { realRedis } from './test/real-redis.ts';
import { served, tokenFor } from './test/served.ts';
import { WsClient } from './test/ws-client.ts';

const redis = await realRedis();
const url = redis?.url ?? '';
const releases: (() => unknown)[] = [];

afterEach(async () => {
  for (const release of releases.splice(0).reverse()) await release();
});
afterAll(() => redis?.stop());

async function subscriberAt(server: RunningServer): Promise<WsClient> {
  releases.push(() => server.stop());
  const client = await WsClient.open(server.port);
  client.say({ type: 'authenticate', token: tokenFor('ada', 'viewer') });
  client.say({ type: 'subscribe', id: 0, symbols: ['AAPL'] });
  expect(await client.next('snapshot')).toMatchObject({ sequence: 0 });
  return client;
}

/** Publishes a price every 10 ms. */
function source(publisher: Redis): void {
  let sequence = 0;
  const timer = setInterval(() => {
    sequence += 1;
    const price = { price: sequence, epoch: 'e', sequence, quotedAt: '2010-03-01' };
    publisher.publish('prices:AAPL', JSON.stringify(price)).catch(() => undefined);
  }, 10);
  releases.push(() => clearInterval(timer));
}

function publisher(): Redis {
  const client = new Redis(url);
  releases.push(() => client.disconnect());
  return client;
}

/** Between the gateway and Redis. It can keep back what Redis sends to subscribers. */
class Proxy {
  readonly #server: Server;
  readonly #subscribers = new Set<Socket>();
  readonly #sockets = new Set<Socket>();

  constructor(target: URL) {
    this.#server = createServer((socket) => {
      const upstream = connect(Number(target.port), target.hostname);
      for (const end of [socket, upstream]) {
        this.#sockets.add(end);
        end.on('error', () => undefined);
        end.on('close', () => {
          socket.destroy();
          upstream.destroy();
        });
      }
      socket.on('data', (data) => {
        if (data.includes('subscribe')) this.#subscribers.add(upstream);
        upstream.write(data);
      });
      upstream.on('data', (data) => socket.write(data));
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `redis://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Later connections are not affected. */
  deafenSubscribers(): void {
    for (const upstream of this.#subscribers) upstream.removeAllListeners('data').resume();
    this.#subscribers.clear();
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}

describe.runIf(redis !== null)('a gateway with prices from Redis', () => {
  test('sends stale when the connection breaks, and a snapshot when prices are back', async () => {
    const client = await subscriberAt(await served({ REDIS_URL: url, FEED: 'redis', SYMBOLS: 'AAPL' }));
    const admin = publisher();
    source(admin);
    await client.next('price');
    // The first price may have been a snapshot.
    client.frames.splice(0);
    await admin.client('KILL', 'TYPE', 'pubsub');
    expect(await client.next('stale')).toEqual({ type: 'stale', symbol: 'AAPL' });
    const sequence = Number((await client.next('snapshot'))['sequence']);
    expect(sequence).toBeGreaterThan(1);
    let price = await client.next('price');
    while (Number(price['sequence']) < sequence) price = await client.next('price');
    expect([price['sequence'], price['skipped']]).toEqual([sequence + 1, 0]);
  });

  test('notices a subscription that receives nothing, without an error, and reconnects', async () => {
    const proxy = new Proxy(new URL(url));
    releases.push(() => proxy.close());
    const LIMITS = '{"feedProbeEveryMs":50}';
    const REDIS_URL = await proxy.listen();
    const client = await subscriberAt(await served({ REDIS_URL, FEED: 'redis', SYMBOLS: 'AAPL', LIMITS }));
    source(publisher());
    await client.next('price');
    client.frames.splice(0);
    proxy.deafenSubscribers();
    expect(await client.next('stale')).toEqual({ type: 'stale', symbol: 'AAPL' });
    expect((await client.next('snapshot'))['sequence']).toBeGreaterThan(1);
  });
});
