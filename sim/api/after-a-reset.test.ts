/** What arrives at a TCP end that has failed is not recorded as delivered. */
import { afterAll, expect, test } from 'vitest';
import { HostedWorker, runPlan } from './test/hosted.ts';

const worker = new HostedWorker();
afterAll(() => worker.remove());

const TALKER = `
import { WebSocketServer } from 'ws';

const sockets = new WebSocketServer({ port: Number(process.env.PORT) });
sockets.on('connection', (socket) => {
  socket.on('error', () => undefined);
  setTimeout(() => socket.send('first'), 1000);
  setTimeout(() => socket.send('second'), 2000);
});
`;

const VISITORS = `{
  visitor: {
    async visit({ connect, sleep, stopReading }) {
      const socket = await connect();
      stopReading(4000);
      await sleep(2500);
      socket.send('answered by a reset');
      await sleep(4000);
    },
  },
}`;

test('a client that does not read gets nothing after a reset', async () => {
  const loaded = await worker.load(TALKER, VISITORS, ['ws']);
  const visit = { name: 'visit', atMs: 100 };
  // A proxy closes the connection within the second frame, and resets it when the client sends.
  const end = { kind: 'end-in-message', target: 'node-1', atMs: 1500, durationMs: 800 };
  const { failure, records = [] } = await runPlan(loaded, [visit], [end]);
  expect(failure).toBeNull();
  const seen = records.flatMap((record) =>
    record.type === 'frame' && record.direction === 'down' && record.kind !== 'open'
      ? [`${record.kind} ${record.text} ${record.phase}`]
      : [],
  );
  expect(seen).toEqual(['text first sent', 'text second sent', 'close  down']);
});
