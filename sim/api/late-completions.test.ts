/** A server of `ws` that does something only when `send` has called back. */
import { afterAll, expect, test } from 'vitest';
import { formatSeed } from '../kernel/seed.ts';
import { runJob } from '../search/run-job.ts';
import { HostedWorker } from './test/hosted.ts';

const worker = new HostedWorker();
afterAll(() => worker.remove());

const GREETER = `
import { WebSocketServer } from 'ws';

const sockets = new WebSocketServer({ port: Number(process.env.PORT) });
sockets.on('connection', (socket) => {
  let isGreeted = false;
  socket.on('error', () => undefined);
  socket.on('message', () => {
    if (!isGreeted) socket.close(4401);
  });
  setTimeout(() => socket.send('welcome', () => (isGreeted = true)), 50);
});
`;

const VISITORS = `{
  visitor: {
    async ask({ connect, sleep }) {
      const socket = await connect();
      socket.onmessage = () => socket.send('question');
      await sleep(1000);
      socket.close();
    },
  },
}`;

const SEEDS = 60;

test('the answer of the peer may come before the callback of send, with late completions only', async () => {
  const loaded = await worker.load(GREETER, VISITORS, ['ws']);
  const turnedAway = { usual: 0, late: 0 };
  let late = 0;
  for (let number = 1; number <= SEEDS; number += 1) {
    const job = {
      kind: 'run',
      seed: formatSeed(BigInt(number)),
      sizes: { profile: 'calm', clients: 2 },
      detailed: true,
    } as const;
    const { plan, records = [], failure } = await runJob(loaded, job, { nowMs: () => 0 });
    expect(failure).toBeNull();
    const isLate = plan?.circumstances?.lateCompletions === true;
    if (isLate) late += 1;
    const isTurnedAway = records.some((record) => record.type === 'frame' && record.code === 4401);
    if (isTurnedAway) turnedAway[isLate ? 'late' : 'usual'] += 1;
  }
  expect(late).toBeGreaterThan(10);
  expect(turnedAway.usual).toBe(0);
  expect(turnedAway.late).toBeGreaterThan(late / 5);
});
