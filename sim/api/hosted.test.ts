/** Servers of `node:http` and `ws`, unmodified. What a run leaves, the next one never sees. */
import { createHook } from 'node:async_hooks';
import { afterAll, expect, test } from 'vitest';
import { HostedWorker, linesOf, runPlan, runSeed } from './test/hosted.ts';

const worker = new HostedWorker();
afterAll(() => worker.remove());

const CHAT = `
import http from 'node:http';
import { WebSocketServer } from 'ws';

const server = http.createServer((request, response) => {
  console.log(request.method, request.url, request.socket.remoteAddress);
  response.end('hello');
});
const sockets = new WebSocketServer({ noServer: true });
server.on('upgrade', (request, socket, head) => {
  if (request.headers.authorization !== 'Bearer secret') {
    socket.end('HTTP/1.1 401 Unauthorized\\r\\nConnection: close\\r\\n\\r\\n');
    return;
  }
  sockets.handleUpgrade(request, socket, head, (socket) => sockets.emit('connection', socket, request));
});
sockets.on('connection', (socket) => {
  socket.on('error', () => undefined);
  socket.on('message', (data) => sockets.clients.forEach((client) => client.send(String(data))));
});
server.listen(process.env.PORT);
process.on('SIGTERM', () => {
  sockets.clients.forEach((socket) => socket.close(1001));
  server.close(() => process.exit());
});
`;

const VISITORS = `{
  visitor: {
    async talk({ connect, name, sleep }) {
      const socket = await connect(undefined, { url: '/chat', headers: { authorization: 'Bearer secret' } });
      let heard = 0;
      socket.onmessage = () => (heard += 1);
      socket.send(name);
      await sleep(500);
      socket.close();
      if (heard === 0) return { outcome: 'unknown', detail: 'heard nothing' };
    },
    async look({ nodes, pick }) {
      const host = pick('node', nodes);
      await new Promise((resolve, reject) => {
        http.get({ host, port: 3000 }, (response) => response.resume().on('end', resolve)).on('error', reject);
      });
    },
    async intrude({ connect }) {
      try {
        await connect();
      } catch (error) {
        return { outcome: 'fail', detail: error.message };
      }
    },
  },
}`;

test('an actor makes the real handshake, and is refused by status', async () => {
  const loaded = await worker.load(CHAT, VISITORS, ['ws']);
  const { failure, records = [] } = await runSeed(loaded, 1);
  expect(failure).toBeNull();
  const ends = records.flatMap((record) =>
    record.type === 'operation' && record.phase !== 'begin' ? [`${record.name} ${record.phase} ${record.detail}`] : [],
  );
  expect(ends).toContain('talk ok ');
  expect(ends).toContain('intrude fail refused with 401');
  const heads = records.flatMap((record) => (record.type === 'http' ? [`${record.direction} ${record.status}`] : []));
  expect(new Set(heads)).toEqual(new Set(['up 0', 'down 101', 'down 200', 'down 401']));
  expect(
    records.some((record) => record.type === 'frame' && record.kind === 'text' && record.phase === 'delivered'),
  ).toBe(true);
});

test('closing frames have code and reason, and so has the end that received them', async () => {
  const loaded = await worker.load(
    `import { WebSocketServer } from 'ws';
    new WebSocketServer({ port: 3000 }).on('connection', (socket) => {
      socket.on('message', () => socket.close(4009, 'room is full'));
    });`,
    `{ visitor: { async visit({ connect, sleep }) {
      const socket = await connect();
      socket.send('enter');
      await sleep(500);
    } } }`,
    ['ws'],
  );
  const { records = [] } = await runPlan(loaded, [{ name: 'visit', atMs: 1000 }], []);
  const closings = records.filter((record) => record.type === 'frame').filter(({ kind }) => kind === 'close');
  const endings = closings.map(({ direction, phase, code, reason }) => [`${direction} ${phase}`, code, reason]);
  // The client of ws repeats both in its answer.
  for (const phase of ['down sent', 'down delivered', 'up sent', 'up delivered', 'down down', 'up down'])
    expect(endings).toContainEqual([phase, 4009, 'room is full']);
});

test('a message that comes with the answer to the upgrade reaches an actor that awaits the connection', async () => {
  const loaded = await worker.load(
    `import { WebSocketServer } from 'ws';
    new WebSocketServer({ port: 3000 }).on('connection', (socket) => socket.send('welcome'));`,
    `{ visitor: { async visit({ connect, sleep }) {
      const socket = await connect().catch(() => null);
      if (socket === null) return;
      let heard = 0;
      socket.onmessage = () => (heard += 1);
      await sleep(500);
      if (heard !== 1) throw new Error('heard ' + heard);
    } } }`,
    ['ws'],
  );
  let together = 0;
  for (let delay = 0; delay < 1; delay += 0.1) {
    const choices = { 'visitor-1/tcp/visitor-1#1/down/2': delay };
    const { failure, records = [] } = await runPlan(loaded, [{ name: 'visit', atMs: 1000 }], [], choices);
    expect(failure).toBeNull();
    const steps = records
      .filter((record) => record.type === 'frame')
      .filter(({ kind, direction, phase }) => direction === 'down' && phase === 'delivered' && /open|text/.test(kind))
      .map(({ step }) => step);
    if (new Set(steps).size === 1) together += 1;
  }
  expect(together).toBeGreaterThan(0);
});

test('a client that vanishes while it connects is not left waiting', async () => {
  const loaded = await worker.load(CHAT, VISITORS, ['ws']);
  const { failure, records = [] } = await runPlan(
    loaded,
    [{ name: 'intrude', atMs: 1000 }],
    [
      { kind: 'client-stall', target: 'visitor-1', atMs: 900, durationMs: 2000 },
      { kind: 'half-open', target: 'visitor-1', atMs: 1500, durationMs: 0 },
    ],
  );
  expect(failure).toBeNull();
  expect(records.find((record) => record.type === 'operation' && record.phase === 'fail')).toMatchObject({
    atMs: 1500,
    detail: 'connection reset',
  });
});

test('a seed has one digest, whatever ran before in the worker', async () => {
  const chat = await worker.load(CHAT, VISITORS, ['ws']);
  const rude = await worker.load(
    `
    import http from 'node:http';
    const write = http.ServerResponse.prototype.writeHead;
    http.ServerResponse.prototype.writeHead = function () { return write.call(this, 418); };
    http.IncomingMessage.prototype.rude = true;
    http.globalAgent = new http.Agent({ maxSockets: 1 });
    http.Agent.prototype.addRequest = () => { throw new Error('no'); };
    const server = http.createServer((request, response) => {
      response.write('half');
      setTimeout(() => process.exit(1), 1);
    });
    server.keepAliveTimeout = 1;
    server.listen(3000);
    `,
    `{ visitor: { async get({ connect }) { await connect().catch(() => undefined); } } }`,
  );
  const digests: string[] = [];
  for (const seed of [1, 2, 3]) digests.push((await runSeed(chat, seed)).digest);
  for (const seed of [1, 2, 3]) await runSeed(rude, seed);
  const again: string[] = [];
  for (const seed of [1, 2, 3]) again.push((await runSeed(chat, seed)).digest);
  expect(again).toEqual(digests);
});

test('no real timer, socket, name or thread is used in a run', async () => {
  const loaded = await worker.load(CHAT, VISITORS, ['ws']);
  await runSeed(loaded, 5);
  const started: string[] = [];
  const hook = createHook({
    init(_id, type) {
      if (
        /^(Timeout|Immediate|TCPWRAP|TCPSERVERWRAP|PIPEWRAP|GETADDRINFO|QUERYWRAP|ZLIB|FSREQ|RANDOM|HASH|WORKER)/.test(
          type,
        )
      )
        started.push(type);
    },
  });
  hook.enable();
  const { steps } = await runSeed(loaded, 5);
  hook.disable();
  expect(steps).toBeGreaterThan(100);
  // The turn of the event loop in which the run takes place.
  expect(started).toEqual(['Immediate']);
});

test('a server sees its own clock, port and addresses', async () => {
  const loaded = await worker.load(
    `
    import http from 'node:http';
    const server = http.createServer((request, response) => response.end(request.url));
    server.listen(0, '127.0.0.1', () => {
      const { address, family, port } = server.address();
      http.get({ port, host: 'localhost', path: '/x' }, (response) => {
        response.setEncoding('utf8').on('data', (text) => {
          console.log(address, family, port, response.statusCode, text, response.headers.date, response.socket.remotePort);
        });
      });
    });
    const second = http.createServer();
    second.on('error', ({ message, code, syscall }) => console.log(message, code, syscall));
    setTimeout(() => second.listen(server.address().port, '127.0.0.1'), 10);
    http.get('http://nowhere.test/').on('error', ({ message }) => console.log(message));
    http.get('http://localhost:81/').on('error', ({ message }) => console.log(message));
    `,
    `{ visitor: { async wait({ sleep }) { await sleep(1000); } } }`,
  );
  const report = await runSeed(loaded, 1);
  const lines = linesOf(report).filter((line) => line.startsWith('node-1'));
  expect(lines).toContain('node-1 127.0.0.1 IPv4 40000 200 /x Thu, 01 Jan 2026 00:00:00 GMT 40000');
  expect(lines).toContain('node-1 listen EADDRINUSE: address already in use 127.0.0.1:40000 EADDRINUSE listen');
  expect(lines).toContain('node-1 connect ECONNREFUSED 127.0.0.1:81');
  expect(lines).toContain('node-1 getaddrinfo ENOTFOUND nowhere.test');
});

test('the first run of a worker takes as many random values as a later one', async () => {
  // ws would fill a pool of masks for 2,048 frames, once, in the first client that sends.
  const chat = await worker.load(CHAT, VISITORS, ['ws']);
  const first = await runSeed(chat, 1);
  expect(first.randomValues).toBeGreaterThan(0);
  expect((await runSeed(chat, 1)).randomValues).toBe(first.randomValues);
});
