/** `fetch` and `WebSocket` in systems and in actors. What a run leaves, the next one never sees. */
import { createHook } from 'node:async_hooks';
import { afterAll, expect, test } from 'vitest';
import type { RunReport } from '../search/job.ts';
import { HostedWorker, linesOf, runPlan, runSeed } from './test/hosted.ts';

const worker = new HostedWorker();
afterAll(() => worker.remove());

const SERVER = `
import http from 'node:http';
import { WebSocketServer } from 'ws';

const server = http.createServer(async (request, response) => {
  if (request.url === '/peers') {
    const peer = await fetch('http://localhost:3000/items', { method: 'POST', body: 'from a peer' });
    console.log(peer instanceof Response, peer.headers instanceof Headers, await peer.text());
  }
  let length = 0;
  for await (const chunk of request) length += chunk.length;
  if (request.url === '/silent') return;
  response.setHeader('x-port', request.socket.remotePort);
  response.end(request.method + ' ' + length);
});
const sockets = new WebSocketServer({ server });
sockets.on('connection', (socket) => {
  console.log('sockets', sockets.clients.size);
  socket.on('error', () => undefined);
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  socket.on('close', (code) => console.log('closed', code));
});
server.listen(3000);
process.on('SIGTERM', () => process.exit());
`;

const VISITORS = `{
  visitor: {
    async ask({ nodes, pick }) {
      const base = 'http://' + pick('node', nodes) + ':3000';
      const form = new FormData();
      form.set('file', new File(['content'], 'name'));
      const first = await fetch(base + '/peers');
      const second = await fetch(base, { method: 'POST', body: form });
      if (!(second instanceof Response) || !/^POST [1-9]/.test(await second.text())) throw new Error('no form');
      if (first.headers.get('x-port') !== second.headers.get('x-port')) console.log('another connection');
      await first.text();
    },
    async talk({ nodes, pick }) {
      const socket = new WebSocket('ws://' + pick('node', nodes) + ':3000/chat', 'mine');
      const heard = [];
      await new Promise((resolve) => {
        socket.onopen = () => socket.send('hello');
        socket.onmessage = ({ data }) => { heard.push(data); socket.close(3000); };
        socket.onclose = resolve;
      });
      if (heard.join() !== 'hello') return { outcome: 'unknown', detail: 'heard ' + heard.length };
    },
  },
}`;

/** `name phase detail` of the operations that ended. */
function endsOf({ records = [] }: RunReport): string[] {
  return records.flatMap((record) =>
    record.type === 'operation' && record.phase !== 'begin'
      ? [`${record.name} ${record.phase} ${record.detail}`.trim()]
      : [],
  );
}

const visiting = (operation: string): string => `{ visitor: { ${operation} } }`;
const once = [{ name: 'visit', atMs: 1000 }];

test('systems and actors ask and talk, with classes of one kind', async () => {
  const loaded = await worker.load(SERVER, VISITORS, ['ws']);
  const { failure, records = [], ...report } = await runSeed(loaded, 1);
  expect(failure).toBeNull();
  const ends = endsOf({ ...report, failure, records });
  expect([ends.includes('ask ok'), ends.includes('talk ok')]).toEqual([true, true]);
  expect(linesOf({ ...report, failure, records })).toContain('node-1 true true POST 11');
  const kinds = new Set(records.flatMap((record) => (record.type === 'frame' ? [record.kind] : [])));
  expect(kinds).toEqual(new Set(['open', 'text', 'close']));
  const heads = records.flatMap((record) => (record.type === 'http' && record.direction === 'up' ? [record.path] : []));
  expect(new Set(heads)).toEqual(new Set(['/peers', '/items', '/', '/chat']));
});

test('a seed has one digest, whatever ran before in the worker', async () => {
  const polite = await worker.load(SERVER, VISITORS, ['ws']);
  const digestsOf = async (): Promise<string[]> => {
    const digests: string[] = [];
    for (const seed of [1, 2, 3]) digests.push((await runSeed(polite, seed)).digest);
    return digests;
  };
  const digests = await digestsOf();
  const rude = await worker.load(
    `
    import http from 'node:http';
    console.log('changed before:', Headers.prototype.added === true || WebSocket.OPEN === 7 || !FormData.prototype.set);
    Response.prototype.text = () => 'rude';
    Headers.prototype.added = true;
    delete FormData.prototype.set;
    WebSocket.OPEN = 7;
    fetch.rude = true;
    globalThis.fetch = Object.assign(async () => 'rude', { original: fetch });
    const server = http.createServer(async (request, response) => {
      if (request.url === '/') setTimeout(() => process.exit(1), 3);
      await globalThis.fetch.original('http://localhost:3000/self');
    });
    server.listen(3000, async () => { if (await fetch('x') !== 'rude' || WebSocket.OPEN !== 7) throw new Error('not rude'); });
    `,
    visiting(`async visit({ nodes, pick }) {
      const base = pick('node', nodes) + ':3000';
      new WebSocket('ws://' + base);
      fetch('http://' + base, { method: 'patch', body: 'x' }).catch(() => undefined);
      if (Headers.prototype.added) await fetch('http://' + base).catch(() => undefined);
    }`),
  );
  for (const seed of [1, 2, 3])
    expect((await runSeed(rude, seed)).failure?.verdict ?? 'passed').not.toBe('scenario-error');
  expect(await digestsOf()).toEqual(digests);
  const first = await runPlan(rude, once, []);
  const second = await runPlan(rude, once, []);
  expect(linesOf(first)[0]).toBe('node-1 changed before: false');
  expect(second.digest).toBe(first.digest);
});

test('no real timer, socket, name or thread is used in a run', async () => {
  const loaded = await worker.load(SERVER, VISITORS, ['ws']);
  await runSeed(loaded, 5);
  const started: string[] = [];
  const hook = createHook({
    init: (_id, type) => void (/^(?:PROMISE|TickObject|HTTP|Microtask|BLOBREADER)/.test(type) || started.push(type)),
  });
  hook.enable();
  const { steps } = await runSeed(loaded, 5);
  hook.disable();
  expect(steps).toBeGreaterThan(100);
  // The turn of the event loop in which the run takes place.
  expect(started).toEqual(['Immediate']);
});

test('what faults do to a request is an outcome, and not an error of the scenario', async () => {
  const loaded = await worker.load(
    SERVER,
    visiting(`
      async visit() { await fetch('http://node-1:3000/silent'); },
      async absent() { await fetch('http://node-1:81/'); },
      async unknown() { await fetch('http://nowhere.test/'); },
      async late() { await fetch('http://node-1:3000/silent', { signal: AbortSignal.timeout(300) }); }`),
    ['ws'],
  );
  const run = (name: string) =>
    runPlan(
      loaded,
      [{ name, atMs: 1000 }],
      [{ kind: 'connection-loss', target: 'visitor-1', atMs: 1500, durationMs: 0 }],
    );
  const ends: string[] = [];
  for (const name of ['visit', 'absent', 'unknown', 'late']) {
    const report = await run(name);
    expect(report.failure).toBeNull();
    ends.push(...endsOf(report));
  }
  expect(ends).toEqual([
    expect.stringMatching(/^visit unknown fetch failed: (?:ECONNRESET|UND_ERR_SOCKET)$/),
    'absent fail fetch failed: ECONNREFUSED',
    'unknown fail fetch failed: ENOTFOUND',
    'late unknown timed out',
  ]);
});

test.each([
  [
    "fetch('/items')",
    'TypeError: Invalid URL: /items: an actor has no page that it could be relative to; name a node, as in http://node-1:3000/items',
  ],
  [
    "new WebSocket('chat')",
    'SyntaxError: Invalid URL: chat: an actor has no page that it could be relative to; name a node, as in ws://node-1:3000/chat',
  ],
  [
    "connect('node-1', { url: 'ws://node-1:3000/' })",
    'TypeError: connect takes a path as its url, not ws://node-1:3000/; the node is its first argument',
  ],
  ["fetch('http://node-1:6000/')", 'TypeError: fetch failed'],
])('the address in %s is an error of the scenario', async (call, text) => {
  const loaded = await worker.load(SERVER, visiting(`async visit({ connect }) { await ${call}; }`), ['ws']);
  const { failure } = await runPlan(loaded, once, []);
  expect(failure).toMatchObject({ verdict: 'scenario-error', text: expect.stringContaining(text) as string });
});

test('a node without a port is named, and what reaches it instead', async () => {
  const system = 'export const start = (node) => { node.listen(() => undefined); return {}; };';
  for (const call of ["fetch('http://node-1:3000/')", "new WebSocket('ws://node-1/')"]) {
    const loaded = await worker.load(system, visiting(`async visit() { await ${call}; }`));
    const { failure } = await runPlan(loaded, once, []);
    expect(failure?.verdict).toBe('scenario-error');
    expect(failure?.text).toContain(
      'node-1 has no port: it takes connections by node.listen or node.webSocketServer, which only connect() of an actor reaches',
    );
  }
});

test('actors have what browsers have, and systems what some version of Node has', async () => {
  const kinds =
    '[fetch, Request, FormData, WebSocket, MessageEvent, CloseEvent, ErrorEvent].map((kind) => typeof kind), typeof EventSource';
  const loaded = await worker.load(
    `${SERVER} console.log(JSON.stringify([${kinds}, 'EventSource' in globalThis, globalThis.fetch === fetch]));`,
    visiting(`async visit() { await fetch('http://node-1:3000/' + [${kinds}].flat().join()); }`),
    ['ws'],
  );
  const report = await runPlan(loaded, once, []);
  const seven = Array.from({ length: 7 }, () => 'function');
  expect(linesOf(report)[0]).toBe(`node-1 ${JSON.stringify([seven, 'undefined', false, true])}`);
  expect(report.records?.find((record) => record.type === 'http')).toMatchObject({
    path: `/${[...seven, 'function'].join()}`,
  });
});

test('TLS is refused by name, in actors and in systems', async () => {
  const instead = 'tried to leave the seed by an address of https or wss';
  for (const call of ["fetch('https://node-1:3000/')", "new WebSocket('wss://node-1:3000/')"]) {
    const actor = await worker.load(SERVER, visiting(`async visit({ sleep }) { void ${call}; await sleep(100); }`), [
      'ws',
    ]);
    expect((await runPlan(actor, once, [])).failure?.text).toContain(`visitor-1 ${instead}`);
    const system = await worker.load(`${SERVER} setTimeout(() => ${call}, 500);`, visiting('async visit() {}'), ['ws']);
    expect((await runPlan(system, once, [])).failure?.text).toContain(`node-1 ${instead}`);
  }
});

test('an actor that leaves closes the sockets that it has opened', async () => {
  const loaded = await worker.load(
    SERVER,
    visiting(`async visit() {
      const socket = new WebSocket('ws://node-1:3000');
      await new Promise((resolve) => { socket.onopen = resolve; });
    }`),
    ['ws'],
  );
  expect(linesOf(await runPlan(loaded, once, []))).toEqual(['node-1 sockets 1', 'node-1 closed 1005']);
});
