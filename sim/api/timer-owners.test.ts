/** Timers of an unmodified server: who started them, and which connection led to them. */
import { afterAll, expect, test } from 'vitest';
import { runJob } from '../search/run-job.ts';
import { HostedWorker, runSeed } from './test/hosted.ts';

const worker = new HostedWorker();
afterAll(() => worker.remove());

const SERVER = `
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { WebSocketServer } from 'ws';

const redis = new Redis();
const sockets = new WebSocketServer({ port: 3000 });
setInterval(function sweep() {}, 1000);
const beat = (socket) => setInterval(() => socket.ping(), 700);
async function greet(socket, data) {
  await redis.get('greeting');
  setTimeout(function later() { setTimeout(() => socket.send(data), 20); }, 10);
  await sleep(5);
}
sockets.on('connection', (socket) => {
  const timer = beat(socket);
  socket.on('error', () => undefined);
  socket.on('message', (data) => void greet(socket, String(data)));
  socket.on('close', () => clearInterval(timer));
});
`;

const VISITORS = `{ visitor: { async visit({ connect, sleep }) {
  const socket = await connect().catch(() => null);
  if (socket === null) return;
  await sleep(100);
  socket.send('hello');
  await sleep(1000);
  socket.close();
} } }`;

test('each has the connection and the place, and a campaign has the same digest', async () => {
  const loaded = await worker.load(SERVER, VISITORS, ['ws', 'ioredis']);
  const { failure, records = [], digest } = await runSeed(loaded, 1);
  expect(failure).toBeNull();
  const timers = records
    .filter((record) => record.type === 'timer')
    .filter(({ place = '' }) => /server\.js/.test(place));
  expect(timers.some(({ phase }) => phase === 'fired')).toBe(true);
  const ofServer = new Set(
    timers.map(({ label, owner, place }) => `${label} of ${owner.replace(/visitor-\d+#\d+/, 'a visitor')}: ${place}`),
  );
  expect(ofServer).toEqual(
    new Set([
      'setInterval of ambient: server.js',
      'setInterval of a visitor: beat in server.js',
      'setTimeout of a visitor: greet in server.js',
      'setTimeout of a visitor: later in server.js',
    ]),
  );
  const inCampaign = await runJob(loaded, { kind: 'run', seed: '0x1', detailed: false }, { nowMs: () => 0 });
  expect(inCampaign.digest).toBe(digest);
});
