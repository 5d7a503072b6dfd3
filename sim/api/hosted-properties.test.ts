/** Ready-made properties on unmodified servers, whose modules say nothing to the simulator. */
import { afterAll, expect, test } from 'vitest';
import { HostedWorker, runPlan } from './test/hosted.ts';

const worker = new HostedWorker();
afterAll(() => worker.remove());

const VISITORS = `{
  visitor: {
    async greet({ connect, sleep }) {
      const socket = await connect();
      const heard = new Promise((resolve) => (socket.onmessage = resolve));
      socket.send('hello');
      await heard;
      socket.close();
    },
    async look({ nodes }) {
      await (await fetch('http://' + nodes[0] + ':3000/', { headers: { connection: 'close' } })).text();
    },
  },
}`;

const greetedAt = (atMs: number) => [{ name: 'greet', atMs }];

/** Its port opens at `listensAtMs`. */
const echo = (listensAtMs: number, onConnection = '') => `
const { WebSocketServer } = require('ws');
setTimeout(() => {
  const server = new WebSocketServer({ port: Number(process.env.PORT) });
  server.on('connection', (socket) => {
    socket.on('message', (data) => socket.send(String(data)));
    ${onConnection}
  });
}, ${listensAtMs});
`;

test('serves: says nothing before the port is open, and judges what follows', async () => {
  const loaded = await worker.load(echo(400), VISITORS, ['ws'], { properties: '[serves()]' });
  const early = await runPlan(loaded, greetedAt(150), []);
  expect([early.failure, early.checked['serves'] ?? 0]).toEqual([null, 0]);
  const late = await runPlan(loaded, greetedAt(600), []);
  expect([late.failure, late.checked['serves']]).toEqual([null, 1]);
});

test('serves: a server that is silent fails', async () => {
  const silent = echo(0).replace('socket.send(String(data))', 'undefined');
  const loaded = await worker.load(silent, VISITORS, ['ws'], { properties: '[serves()]' });
  const { failure } = await runPlan(loaded, greetedAt(600), []);
  expect(failure?.signature).toBe('serves: visitor greet');
});

/** Two timers of the start, which are gone when the first client comes. */
const WARM_UP = 'setTimeout(() => undefined, 150); setTimeout(() => undefined, 150);';

test('nothing-leaks: timers of a start make no room for intervals of clients', async () => {
  const beat = 'setInterval(() => socket.readyState, 5000);';
  const loaded = await worker.load(WARM_UP + echo(0, beat), VISITORS, ['ws'], { properties: '[nothingLeaks()]' });
  const { failure } = await runPlan(loaded, greetedAt(600), []);
  expect(failure).toMatchObject({
    signature: 'nothing-leaks: intervals',
    text: expect.stringMatching(
      /still has 1 timers of setInterval, at most 0 before its first client: setInterval of visitor-1#1$/,
    ) as string,
  });
});

test('nothing-leaks: names the start and the end of a timer, and what to do', async () => {
  const slow = 'setTimeout(() => undefined, 100_000);';
  const loaded = await worker.load(echo(0, slow), VISITORS, ['ws'], { properties: '[nothingLeaks()]' });
  const { failure } = await runPlan(loaded, greetedAt(600), []);
  expect(failure?.text).toMatch(
    /: setTimeout of visitor-1#1 since 0\.6\d s, due at 100\.6\d s; with a longer leaveMs they may end$/,
  );
});

const WEB = (onRequest: string) => `
require('node:http').createServer((request, response) => {
  ${onRequest}
  response.end('hello');
}).listen(process.env.PORT);
`;

test('nothing-leaks: a client of HTTP alone counts', async () => {
  const looks = [{ name: 'look', atMs: 600 }];
  const options = { properties: '[nothingLeaks()]' };
  const clean = await runPlan(await worker.load(WEB(''), VISITORS, [], options), looks, []);
  expect(clean.failure).toBeNull();
  expect(clean.checked['nothing-leaks']).toBeGreaterThan(0);
  const leaky = await worker.load(WEB('setInterval(() => undefined, 500);'), VISITORS, [], options);
  expect((await runPlan(leaky, looks, [])).failure?.signature).toBe('nothing-leaks: timers');
});
