/**
 * Timers that a server starts when Redis has answered: each has the connection whose command was
 * answered, even if one read contains the replies to the commands of several connections.
 */
import { afterAll, expect, test } from 'vitest';
import { casesOf } from '../cli/test/long.ts';
import { HostedWorker, runSeed } from './test/hosted.ts';

const SEEDS = casesOf(
  '19 of 20 seeds of timers behind replies',
  Array.from({ length: 20 }, (_, index) => index + 1),
);

const worker = new HostedWorker();
afterAll(() => worker.remove());

/** `CLIENT` creates `get`, `first` and `each`: by promise, by callback, and several at once. */
const SERVER = `
import { WebSocketServer } from 'ws';
CLIENT
const sockets = new WebSocketServer({ port: 3000 });

/** The timer's place names the visitor, because the function that starts it does. */
const starterFor = (visitor) => ({ [visitor]: () => setTimeout(() => undefined, 5) })[visitor];

async function greet(visitor) {
  const start = starterFor(visitor);
  byCallback('a', start);
  await byPromise('b');
  start();
  process.nextTick(start);
  queueMicrotask(start);
  await several('c', 'd');
  await null;
  start();
}
sockets.on('connection', (socket) => {
  socket.on('error', () => undefined);
  socket.on('message', (data) => void greet(String(data)).catch(() => undefined));
});
`;

const IOREDIS = `
import { Redis } from 'ioredis';
const redis = new Redis({ lazyConnect: true });
redis.on('error', () => undefined);
const byPromise = (key) => redis.get(key);
const byCallback = (key, callback) => redis.get(key, callback);
const several = (...keys) => redis.multi(keys.map((key) => ['get', key])).exec();
`;

const AUTO_PIPELINING = IOREDIS.replace('lazyConnect', 'enableAutoPipelining: true, lazyConnect');

const NODE_REDIS = `
import { createClient } from 'redis';
const redis = createClient();
redis.on('error', () => undefined);
void redis.connect();
const legacy = redis.legacy();
const byPromise = (key) => redis.get(key);
const byCallback = (key, callback) => legacy.get(key, callback);
const several = (...keys) => keys.reduce((multi, key) => multi.get(key), redis.multi()).exec();
`;

const VISITORS = `{ visitor: { async visit({ connect, sleep, name }) {
  const socket = await connect().catch(() => null);
  if (socket === null) return;
  for (let count = 0; count < 5; count += 1) {
    if (socket.readyState !== 1) return;
    socket.send(name);
    await sleep(40);
  }
  socket.close();
} } }`;

test.each([
  ['ioredis', 'ioredis', IOREDIS],
  ['ioredis with automatic pipelines', 'ioredis', AUTO_PIPELINING],
  ['node-redis', 'redis', NODE_REDIS],
])('%s: a timer behind a reply has the connection of its command', async (_, name, client) => {
  const loaded = await worker.load(SERVER.replace('CLIENT', client), VISITORS, ['ws', name]);
  const wrong: string[] = [];
  for (const seed of SEEDS) {
    const { failure, records = [] } = await runSeed(loaded, seed);
    expect(failure).toBeNull();
    const starts = records.flatMap((record) => {
      if (record.type !== 'timer' || record.phase !== 'started') return [];
      const [visitor = ''] = /^visitor-\d+(?= in )/.exec(record.place ?? '') ?? [];
      return visitor === '' ? [] : [{ visitor, owner: record.owner }];
    });
    expect(starts.length, `timers of seed ${seed}`).toBeGreaterThan(0);
    for (const { visitor, owner } of starts)
      if (!owner.startsWith(`${visitor}#`)) wrong.push(`seed ${seed}: of ${owner} instead of ${visitor}`);
  }
  expect(wrong).toEqual([]);
});
