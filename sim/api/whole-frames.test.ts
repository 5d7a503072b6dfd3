/** Systems that take whole frames from their node: what they may use, and what is an escape. */
import { afterAll, describe, expect, test } from 'vitest';
import type { Plan } from '../plan/plan.ts';
import { runJob } from '../search/run-job.ts';
import { HostedWorker, linesOf, runPlan, runSeed } from './test/hosted.ts';

const worker = new HostedWorker();
afterAll(() => worker.remove());

/** Connects with subprotocols, says a word, and ends with the subprotocol and the answer. */
const TALKS = `{
  visitor: {
    async talk({ connect, within }) {
      const socket = await connect('node-1', { protocols: ['theirs', 'mine'], url: '/a?b=1' });
      const answer = new Promise((resolve) => socket.addEventListener('message', resolve, { once: true }));
      socket.send('hello');
      const event = await within(2000, answer);
      socket.close();
      return { outcome: 'fail', detail: event === 'timeout' ? 'no answer' : socket.protocol + ' ' + event.data };
    },
  },
}`;

const endsOf = ({ records = [] }: Awaited<ReturnType<typeof runSeed>>): string[] =>
  records.flatMap((record) =>
    record.type === 'operation' && record.phase !== 'begin' ? [`${record.name} ${record.phase} ${record.detail}`] : [],
  );

test('a socket with onmessage and onclose receives its messages, and its end', async () => {
  const loaded = await worker.load(
    `export const start = (node) => {
      node.listen((socket) => {
        socket.onmessage = ({ data }) => socket.send('heard ' + data);
        socket.onclose = ({ code, wasClean }) => node.probe.note('gone', { code, wasClean });
      });
      return {};
    };`,
    TALKS,
  );
  const run = await runSeed(loaded, 1);
  expect(run.failure).toBeNull();
  expect(new Set(endsOf(run))).toEqual(new Set(['talk fail theirs heard hello']));
  expect(run.records?.find((record) => record.type === 'probe' && record.name === 'gone')).toMatchObject({
    fields: { code: 1005, wasClean: true },
  });
});

test('an actor draws the same values behind connect, whatever other actors do at that moment', async () => {
  const loaded = await worker.load(
    'export const start = (node) => { node.listen(() => undefined); return {}; };',
    `{
      visitor: {
        async talk({ connect, sleep }) {
          const before = Math.random();
          const socket = await connect('node-1');
          const behind = Math.random();
          socket.close();
          await new Promise((resolve) => (socket.onclose = resolve));
          return { outcome: 'fail', detail: [before, behind, Math.random()].map((value) => value.toFixed(6)).join() };
        },
      },
    }`,
  );
  const detailsOf = async (actors: number): Promise<string[]> => {
    const operations = Array.from({ length: actors }, (_, index) => ({
      id: `visitor-${index + 1}.1`,
      actor: `visitor-${index + 1}`,
      name: 'talk',
      arguments: {},
      atMs: 1000,
    }));
    const plan: Plan = { seed: '0x1', nodes: 1, chaosMs: 5000, minimal: true, cohorts: [], operations, faults: [] };
    const run = await runJob(
      loaded,
      { kind: 'run', seed: '0x1', plan, detailed: true },
      { nowMs: () => 0, keepsPaths: false },
    );
    return endsOf(run);
  };
  const alone = await detailsOf(1);
  const together = await detailsOf(3);
  expect(new Set(together).size).toBe(3);
  expect(together).toEqual(expect.arrayContaining(alone));
});

test('handleProtocols that is set on the options of a running server chooses the subprotocol', async () => {
  const loaded = await worker.load(
    `export const start = (node) => {
      const server = node.webSocketServer();
      // As useServer of graphql-ws does.
      server.options.handleProtocols = () => 'mine';
      server.on('connection', (socket) => socket.on('message', () => socket.send(socket.protocol)));
      return {};
    };`,
    TALKS,
  );
  const run = await runSeed(loaded, 1);
  expect(new Set(endsOf(run))).toEqual(new Set(['talk fail mine mine']));
});

test('servers, sockets and requests have the members that code of ws looks for', async () => {
  const loaded = await worker.load(
    `const ofSocket = ['addEventListener', 'removeEventListener', 'onopen', 'onclose', 'onerror', 'onmessage', 'send',
      'close', 'ping', 'pong', 'terminate', 'pause', 'resume', 'isPaused', 'bufferedAmount', 'binaryType', 'extensions',
      'protocol', 'url', 'readyState', 'OPEN', 'CLOSED', '_socket'];
    const ofServer = ['clients', 'close', 'handleUpgrade', 'shouldHandle', 'address', 'options'];
    const ofRequest = ['url', 'headers', 'method', 'socket', 'rawHeaders', 'httpVersion', 'connection', 'on'];
    const lacking = (object, names) => names.filter((name) => !(name in object)).join();
    export const start = (node) => {
      const server = node.webSocketServer();
      server.on('connection', (socket, request) => {
        const { upgrade, host } = request.headers;
        node.probe.note('lacking', {
          names: lacking(socket, ofSocket) + lacking(server, ofServer) + lacking(request, ofRequest),
          upgrade: upgrade + ' of ' + host,
        });
        socket.on('message', () => socket.send('x'));
      });
      return {};
    };`,
    TALKS,
  );
  const { records = [], failure } = await runSeed(loaded, 1);
  expect(failure).toBeNull();
  expect(records.find((record) => record.type === 'probe' && record.name === 'lacking')).toMatchObject({
    fields: { names: '', upgrade: 'websocket of 10.0.0.1:3000' },
  });
});

test('a connection to a stalled process is reset if the process closes its server when it runs again', async () => {
  const loaded = await worker.load(
    `export const start = (node) => {
      const server = node.webSocketServer();
      server.on('connection', (socket) => socket.on('message', (data) => socket.send(data.toString())));
      return {
        stop: async () => {
          server.close();
          for (const socket of server.clients) socket.close(1001);
          await new Promise((resolve) => setTimeout(resolve, 8000));
        },
      };
    };`,
    `{
      visitor: {
        async talk({ connect, within }) {
          const socket = await connect('node-1').catch((error) => error);
          if (socket instanceof Error) return { outcome: 'fail', detail: socket.message };
          const ended = new Promise((resolve) => (socket.onmessage = socket.onclose = resolve));
          socket.send('hello');
          return (await within(5000, ended)) === 'timeout' ? { outcome: 'unknown', detail: 'no answer' } : 'ok';
        },
      },
    }`,
  );
  const run = await runPlan(
    loaded,
    [{ name: 'talk', atMs: 1500 }],
    [
      { kind: 'node-stall', target: 'node-1', atMs: 1000, durationMs: 2000 },
      { kind: 'deploy', target: 'node-1', atMs: 1100, durationMs: 1000 },
    ],
  );
  expect(endsOf(run)).toEqual(['talk fail connection reset']);
});

describe('what whole frames do not have is an escape by name, also when it is caught', () => {
  const attempt = (code: string): string => `
    export const start = (node) => {
      const server = node.webSocketServer();
      server.on('connection', (socket, request) => {
        try {
          ${code}
        } catch {}
      });
      return {};
    };`;
  const MAIN = "run your main module as the system (system: './server.ts'), where ws and node:http are the real ones";

  test.each([
    ['server.handleUpgrade(request, request.socket, Buffer.alloc(0), () => {});', 'server.handleUpgrade', MAIN],
    ['server.handleUpgrade = () => {};', 'the setter of server.handleUpgrade', MAIN],
    ['server._server.close();', 'the getter of server._server', MAIN],
    ['server.options.maxPayload = 100;', 'WebSocketServer with the option maxPayload', MAIN],
    ['socket.setSocket(request.socket);', 'socket.setSocket', MAIN],
    ['socket._receiver._maxPayload = 1;', 'the getter of socket._receiver', MAIN],
    ["socket.send('x', { fin: false });", 'socket.send with fin: false', MAIN],
    ["socket.send(new Blob(['x']));", 'socket.send of a Blob', MAIN],
    ["request.on('data', () => {});", "request.on('data')", MAIN],
    ['request.pipe(process.stdout);', 'request.pipe', MAIN],
    ["request.socket.write('x');", 'request.socket.write', MAIN],
    ['request.socket.setTimeout(1000);', 'request.socket.setTimeout', MAIN],
    ['node.websocketServer();', 'node.websocketServer', 'use a member of SimNode'],
    ["node.logger.info('x');", 'node.logger.info', 'use a member of SimNode'],
    ['node.onStop = () => {};', 'the setter of node.onStop', 'use a member of SimNode'],
    ['node.clock.setTimeout(() => {}, 1);', 'node.clock.setTimeout', 'use a member of SimNode'],
  ])('%s', async (code, way, instead) => {
    const run = await runSeed(await worker.load(attempt(code), TALKS), 1);
    expect(run.failure).toMatchObject({ verdict: 'escape', signature: `escape: ${way}` });
    expect(run.failure?.text).toContain(
      `node-1 tried to leave the seed by ${way}, in server.js; instead, ${instead} (docs/`,
    );
  });

  test('reading a method, and members of the code itself, are none', async () => {
    const code = `
      socket.isAlive = typeof server.handleUpgrade === 'function' && node.name !== undefined;
      request.user = { name: 'ada' };
      server.rooms = new Map([[socket.isAlive, request.user]]);
      JSON.stringify([node, request]);
      Promise.resolve(node);`;
    const run = await runSeed(await worker.load(attempt(code), TALKS), 1);
    expect(run.failure).toBeNull();
  });
});

test('an actor that opens a connection without connect is advised to use it', async () => {
  const actor = "{ visitor: { async visit({ connect }) { await connect(); await fetch('http://node-1/'); } } }";
  const run = await runSeed(await worker.load('export const start = (node) => (node.listen(() => {}), {});', actor), 1);
  expect(run.failure?.text).toMatch(
    /^visitor-\d visit \(.*\) threw: TypeError: node-1 has no port: .*, which only connect\(\) of an actor reaches/,
  );
});

describe('an actor that uses what only a client of ws has', () => {
  const ACTOR = `{
    visitor: {
      async visit({ connect }) {
        const socket = await connect();
        try {
          socket.on('message', () => {});
        } catch {}
      },
    },
  }`;
  const LISTENING = 'export const start = (node) => (node.listen(() => {}), {});';
  const HOSTED = `
    import { WebSocketServer } from 'ws';
    new WebSocketServer({ port: 3000 }).on('connection', (socket) => socket.on('error', () => {}));`;

  test.each([
    ['on whole frames', LISTENING, []],
    ['over HTTP', HOSTED, ['ws']],
  ])('escapes by name, %s', async (_level, server, installed) => {
    const run = await runSeed(await worker.load(server, ACTOR, installed), 1);
    expect(run.failure).toMatchObject({ verdict: 'escape', signature: 'escape: client socket.on' });
    expect(run.failure?.text).toContain('instead, use what browsers have, such as addEventListener or onmessage');
    expect(linesOf(run)).toEqual([]);
  });
});
