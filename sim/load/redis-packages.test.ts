/**
 * Published packages that use Redis, unmodified, with a fault that can break each of them. Packages
 * that take a client get the simulated one; the others open their own connections.
 */
import { afterAll, describe, expect, test } from 'vitest';
import { RUNS_LONG_TESTS } from '../cli/test/long.ts';
import { formatSeed, type Seed } from '../kernel/seed.ts';
import { type BundleRun, bundleOf, type RunBundle } from './test/run-bundle.ts';
import { Project } from './test/project.ts';

const projects: Project[] = [];
afterAll(() => {
  for (const project of projects) project.remove();
});

function bundle(system: string, packages: readonly string[]): Promise<RunBundle> {
  const project = new Project({ 'system.ts': system }, packages);
  projects.push(project);
  return bundleOf(project);
}

/** The first seeds, and where long tests run `countLong` of them. */
function seeds(count: number, countLong: number): Seed[] {
  return Array.from({ length: RUNS_LONG_TESTS ? countLong : count }, (_, index) => formatSeed(BigInt(index + 1)));
}

/** The fields of the probe records with a name. */
const under = (run: BundleRun, name: string): Record<string, unknown>[] =>
  run.probes.flatMap((line) =>
    line.split(' ')[1] === name ? [JSON.parse(line.split(' ').slice(2).join(' ')) as never] : [],
  );

test('rate-limiter-flexible never exceeds its limit, even if replies are lost', async () => {
  const run = await bundle(
    `
    import { RateLimiterRedis } from 'rate-limiter-flexible';
    export const start = (node) => {
      const limiter = new RateLimiterRedis({ storeClient: node.redis(), points: 5, duration: 2 });
      const consume = () => limiter.consume('user').then(() => node.probe.note('allowed'), (reason) => node.probe.note(reason instanceof Error ? 'failed' : 'refused'));
      for (let count = 0; count < 10; count += 1) setTimeout(consume, 100 + count * 40);
      setTimeout(consume, 6000);
      return {};
    };`,
    ['rate-limiter-flexible'],
  );
  const calm = await run(undefined, { nodes: 2, untilMs: 10_000 });
  expect(under(calm, 'allowed')).toHaveLength(5 + 2);
  expect(under(calm, 'refused')).toHaveLength(15);
  for (const seed of seeds(2, 5)) {
    const lossy = await run((tools) => tools.fault('redis-reply-lost', 'node-1', 150, 200, 0.5), {
      seed,
      nodes: 2,
      untilMs: 5000,
    });
    expect(under(lossy, 'failed').length).toBeGreaterThan(0);
    // A lost reply still counts as a use.
    expect(under(lossy, 'allowed').length).toBeLessThanOrEqual(5);
  }
});

describe('redlock', () => {
  let worked: Promise<RunBundle> | undefined;
  const work = () =>
    (worked ??= bundle(
      `
      import Redlock from 'redlock';
      export const start = (node) => {
        const redlock = new Redlock([node.redis({ enableOfflineQueue: true })], { retryCount: 40, retryDelay: 50 });
        const work = async () => {
          const lock = await redlock.lock('resource', 1000);
          node.probe.note('in');
          await new Promise((resolve) => setTimeout(resolve, 200));
          node.probe.note('out');
          await lock.unlock().catch(() => undefined);
        };
        for (let count = 0; count < 3; count += 1) work().catch(() => undefined);
        return {};
      };`,
      ['redlock'],
    ));
  const overlaps = ({ probes }: BundleRun): boolean =>
    probes.some((line, index) => line.includes(' in ') && probes[index + 1]?.includes(' in ') === true);

  test('lets one holder in at a time', async () => {
    const run = await work();
    for (const seed of seeds(3, 10)) {
      const all = await run(undefined, { seed, nodes: 2, untilMs: 5000 });
      expect(under(all, 'out').length).toBeGreaterThanOrEqual(5);
      expect(overlaps(all)).toBe(false);
    }
  });

  test('lets two holders in when one stalls for longer than its lease, which no lock with a lease can prevent', async () => {
    const run = await work();
    // Which node has the lease when the stall begins depends on the seed.
    let found = false;
    for (let number = 1; number <= 10 && !found; number += 1) {
      const options = { seed: formatSeed(BigInt(number)), nodes: 2, untilMs: 8000 };
      found = overlaps(await run((tools) => tools.fault('node-stall', 'node-1', 300, 3000), options));
    }
    expect(found).toBe(true);
  });
});

test('graphql-redis-subscriptions receives by pattern, and again after its connection broke', async () => {
  const run = await bundle(
    `
    import { RedisPubSub } from 'graphql-redis-subscriptions';
    export const start = (node) => {
      const client = () => node.redis({ enableOfflineQueue: true, maxRetriesPerRequest: null });
      const pubsub = new RedisPubSub({ publisher: client(), subscriber: client() });
      const listen = async () => {
        for await (const news of pubsub.asyncIterator('news.*', { pattern: true })) node.probe.note('heard', news);
      };
      if (node.name === 'node-1') void listen();
      else for (const atMs of [500, 2010, 4000]) setTimeout(() => pubsub.publish('news.sport', { atMs }), atMs);
      return {};
    };`,
    ['graphql-redis-subscriptions', 'graphql-subscriptions', 'graphql'],
  );
  const heard = under(
    await run((tools) => tools.fault('redis-drop', 'node-1', 2000), { nodes: 2, untilMs: 6000 }),
    'heard',
  );
  expect(heard).toEqual([{ atMs: 500 }, { atMs: 4000 }]);
});

test('@socket.io/redis-adapter and its emitter reach the sockets of every node', async () => {
  const run = await bundle(
    `
    import { createAdapter } from '@socket.io/redis-adapter';
    import { Emitter } from '@socket.io/redis-emitter';
    export const start = (node) => {
      const client = node.redis({ enableOfflineQueue: true });
      const sockets = new Map([['s', { notifyOutgoingListeners() {}, client: { writeToEngine: (packets) => node.probe.note('sent', { packets: String(packets) }) } }]]);
      const server = { encoder: { encode: (packet) => [JSON.stringify(packet.data)] }, opts: {} };
      const adapter = createAdapter(client, client.duplicate())({ name: '/', sockets, server });
      adapter.addAll('s', new Set(['room']));
      if (node.name !== 'node-1') return {};
      setTimeout(() => adapter.broadcast({ type: 2, data: ['from the adapter'] }, { rooms: new Set(['room']), except: new Set() }), 500);
      setTimeout(() => new Emitter(client).to('room').emit('from the emitter'), 1000);
      setTimeout(() => new Emitter(client).to('another room').emit('without a reader'), 1500);
      return {};
    };`,
    ['@socket.io', 'socket.io-adapter'],
  );
  const sent = (await run(undefined, { nodes: 2, untilMs: 3000 })).probes;
  expect(sent.toSorted()).toEqual(
    ['node-1', 'node-2'].flatMap((node) =>
      ['from the adapter', 'from the emitter'].map(
        (text) => `${node} sent ${JSON.stringify({ packets: `["${text}"]` })}`,
      ),
    ),
  );
});

test('bullmq, with its own connections, does every job, and repeats those of a node that died', async () => {
  const run = await bundle(
    `
    import { Queue, QueueEvents, Worker } from 'bullmq';
    const connection = { host: 'cache', maxRetriesPerRequest: null };
    export const start = (node) => {
      const work = async ({ data }) => {
        node.probe.note('begun', data);
        await new Promise((resolve) => setTimeout(resolve, 300));
        return data.number * 2;
      };
      const options = { connection, lockDuration: 2000, stalledInterval: 1000, maxStalledCount: 5 };
      const worker = new Worker('jobs', work, options);
      worker.on('error', (error) => node.probe.note('error', { text: error.message.slice(0, 40) }));
      if (node.name !== 'node-1') return {};
      const events = new QueueEvents('jobs', { connection });
      events.on('completed', ({ jobId, returnvalue }) => node.probe.note('completed', { jobId, returnvalue }));
      const queue = new Queue('jobs', { connection });
      const add = async () => {
        for (let number = 1; number <= 4; number += 1) await queue.add('double', { number });
        await queue.add('double', { number: 5 }, { delay: 2000 });
      };
      setTimeout(add, 500);
      return {};
    };`,
    ['bullmq', 'ioredis'],
  );
  const calm = await run(undefined, { nodes: 2, untilMs: 6000 });
  expect(under(calm, 'begun')).toHaveLength(5);
  // Two nodes work at the same time, so jobs may end in another order than they were added.
  const results = under(calm, 'completed').map(({ returnvalue }) => Number(returnvalue));
  expect(results.toSorted((one, other) => one - other)).toEqual([2, 4, 6, 8, 10]);
  const crashed = await run((tools) => tools.fault('node-crash', 'node-2', 700, 20_000), { nodes: 2, untilMs: 15_000 });
  expect(under(crashed, 'begun').length).toBeGreaterThan(5);
  expect(new Set(under(crashed, 'completed').map(({ jobId }) => jobId)).size).toBe(5);
}, 30_000);

describe('ioredis itself', () => {
  const counter = (options: string) =>
    bundle(
      `
      import Redis from 'ioredis';
      export const start = (node) => {
        const redis = new Redis('redis://cache:6379', ${options});
        redis.on('error', () => undefined);
        for (let count = 0; count < 20; count += 1) setTimeout(() => redis.incr('n').then(() => node.probe.note('counted'), () => node.probe.note('failed')), 1000);
        setTimeout(async () => node.probe.note('value', { n: Number(await redis.get('n')) }), 5000);
        return {};
      };`,
      ['ioredis'],
    );

  test('sends commands again after a break, unless it is configured not to', async () => {
    const sendsAgain = await counter('{}');
    const givesUp = await counter('{ autoResendUnfulfilledCommands: false, maxRetriesPerRequest: 0 }');
    const values = async (run: RunBundle) => {
      const found: { counted: number; value: number }[] = [];
      for (const seed of seeds(3, 8)) {
        const all = await run((tools) => tools.fault('redis-reply-lost', '*', 900, 500, 0.3), { seed, untilMs: 6000 });
        found.push({ counted: under(all, 'counted').length, value: Number(under(all, 'value')[0]?.['n']) });
      }
      return found;
    };
    const [again, once] = [await values(sendsAgain), await values(givesUp)];
    expect(again.every(({ counted }) => counted === 20)).toBe(true);
    expect(again.some(({ value }) => value > 20)).toBe(true);
    expect(once.every(({ counted, value }) => counted <= value && value <= 20)).toBe(true);
    expect(once.some(({ counted }) => counted < 20)).toBe(true);
  }, 30_000);

  test('is assumed for every connection; anything else is refused at its first byte', async () => {
    const run = await bundle(
      `
      import net from 'node:net';
      export const start = (node) => {
        const socket = net.connect({ host: 'mail', port: 25 }, () => socket.write('HELO me\\r\\n'));
        socket.on('error', (error) => node.probe.note('error', { code: error.code }));
        return {};
      };`,
      [],
    );
    const { probes } = await run(undefined, { untilMs: 1000 });
    expect(probes).toEqual([
      'node-1 sim.escape {"way":"node:net Socket.write, to something else than Redis"}',
      'node-1 error {"code":"ECONNRESET"}',
    ]);
  });
});
