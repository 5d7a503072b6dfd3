/** Servers of `ws` in an unusual environment. */
import { afterAll, expect, test } from 'vitest';
import { formatSeed } from '../kernel/seed.ts';
import type { Plan } from '../plan/plan.ts';
import { runJob } from '../search/run-job.ts';
import { HostedWorker, linesOf } from './test/hosted.ts';

const worker = new HostedWorker();
afterAll(() => worker.remove());

const TALKER = `
import { WebSocketServer } from 'ws';

const sockets = new WebSocketServer({ port: Number(process.env.PORT) });
sockets.on('connection', (socket) => {
  socket.on('error', () => undefined);
  const talking = setInterval(() => socket.send('x'.repeat(500)), 50);
  setTimeout(() => console.log('buffered', socket.bufferedAmount > 0), 2000);
  socket.on('close', () => clearInterval(talking));
});
`;

const LISTENERS = `{
  visitor: {
    async listen({ connect, sleep }) {
      const socket = await connect();
      await sleep(3000);
      socket.close();
    },
  },
}`;

test('a small send buffer makes frames for a stalled client wait in the process', async () => {
  const loaded = await worker.load(TALKER, LISTENERS, ['ws']);
  const linesWith = async (sendBufferBytes?: number): Promise<readonly string[]> => {
    const seed = formatSeed(1n);
    const fault = { id: 'fault-1', kind: 'client-stall', target: 'visitor-1', atMs: 500, durationMs: 3000, rate: 1 };
    const operation = { id: 'visitor-1.1', actor: 'visitor-1', name: 'listen', atMs: 100, arguments: {} };
    const plan: Plan = {
      ...{ seed, nodes: 1, chaosMs: 5000, minimal: true, cohorts: [], operations: [operation], faults: [fault] },
      circumstances: { sendBufferBytes },
    };
    const report = await runJob(
      loaded,
      { kind: 'run', seed, plan, detailed: true },
      { nowMs: () => 0, keepsPaths: false },
    );
    expect(report.failure).toBeNull();
    return linesOf(report);
  };
  expect(await linesWith()).toEqual(['node-1 buffered false']);
  expect(await linesWith(5120)).toEqual(['node-1 buffered true']);
});
