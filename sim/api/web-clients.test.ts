/** Published client libraries in actors, by the global `WebSocket` and `fetch` of a browser. */
import { afterAll, expect, test } from 'vitest';
import { runsLong } from '../cli/test/long.ts';
import { HostedWorker, linesOf, runSeed } from './test/hosted.ts';

const isLong = runsLong('graphql-ws and Hocuspocus in actors');

const worker = new HostedWorker();
afterAll(() => worker.remove());

/** Runs two seeds, one of them twice. Returns the lines that the nodes wrote in all. */
async function linesAfterRuns(loaded: Awaited<ReturnType<HostedWorker['load']>>): Promise<string> {
  const first = await runSeed(loaded, 1);
  const second = await runSeed(loaded, 2);
  const again = await runSeed(loaded, 1);
  expect([first.failure, second.failure]).toEqual([null, null]);
  expect(again.digest).toBe(first.digest);
  const ends = [first, second].flatMap(({ records = [] }) =>
    records.flatMap((record) => (record.type === 'operation' && record.phase === 'ok' ? [record.name] : [])),
  );
  expect(ends.length).toBeGreaterThan(3);
  return [...linesOf(first), ...linesOf(second)].join('\n');
}

test('socket.io-client, built for browsers', async () => {
  const loaded = await worker.load(
    `
    import http from 'node:http';
    import { Server } from 'socket.io';
    const server = http.createServer();
    const io = new Server(server);
    io.on('connection', (socket) => {
      console.log('connected by', socket.conn.transport.name, socket.handshake.auth.token);
      socket.on('say', (text, answer) => answer(text + '!'));
      socket.on('disconnect', (reason) => console.log(reason));
    });
    server.listen(3000);
    process.on('SIGTERM', () => io.close(() => process.exit()));
    `,
    `{ visitor: { async say({ nodes, pick, name }) {
      const socket = io('http://' + pick('node', nodes) + ':3000', {
        transports: ['websocket'], forceNew: true, auth: { token: name },
      });
      try {
        await new Promise((resolve, reject) => socket.once('connect', resolve).once('connect_error', reject));
        const answer = await socket.timeout(5000).emitWithAck('say', 'hello');
        if (answer !== 'hello!') throw new Error(answer);
      } catch (error) {
        if (error.message === 'hello') throw error;
        return { outcome: 'unknown', detail: error.message };
      } finally {
        socket.disconnect();
      }
    } } }`,
    ['socket.io', 'socket.io-client'],
    {
      imports: "import { io } from 'socket.io-client/dist/socket.io.js';",
      statefulPackages: ['engine.io', 'base64id'],
    },
  );
  const lines = await linesAfterRuns(loaded);
  expect(lines).toMatch(/connected by websocket visitor-\d/);
  expect(lines).toContain('client namespace disconnect');
});

test.runIf(isLong)('graphql-ws', async () => {
  const loaded = await worker.load(
    `
    import http from 'node:http';
    import { WebSocketServer } from 'ws';
    import { useServer } from 'graphql-ws-5.15.0/lib/use/ws';
    import { GraphQLInt, GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
    const schema = new GraphQLSchema({
      query: new GraphQLObjectType({ name: 'Query', fields: { hello: { type: GraphQLString, resolve: () => 'world' } } }),
      subscription: new GraphQLObjectType({
        name: 'Subscription',
        fields: { count: { type: GraphQLInt, async *subscribe() { for (let count = 1; count <= 3; count += 1) yield { count }; } } },
      }),
    });
    const server = http.createServer();
    const sockets = new WebSocketServer({ server, path: '/graphql' });
    useServer({ schema, onConnect: ({ connectionParams }) => console.log('connected', connectionParams.name),
      onDisconnect: (_context, code) => console.log('closed', code) }, sockets);
    server.listen(3000);
    process.on('SIGTERM', () => { sockets.clients.forEach((socket) => socket.close(1001)); server.close(() => process.exit()); });
    `,
    `{ visitor: { async subscribe({ nodes, pick, name }) {
      const client = createClient({ url: 'ws://' + pick('node', nodes) + ':3000/graphql', retryAttempts: 0, connectionParams: { name } });
      const counts = [];
      try {
        for await (const { data } of client.iterate({ query: 'subscription { count }' })) counts.push(data.count);
      } catch (error) {
        return { outcome: 'unknown', detail: String(error.reason ?? error.message ?? error) };
      } finally {
        await client.dispose();
      }
      if (counts.join() !== '1,2,3') throw new Error(counts.join());
    } } }`,
    ['graphql-ws-5.15.0', 'graphql', 'ws'],
    { imports: "import { createClient } from 'graphql-ws-5.15.0';" },
  );
  const lines = await linesAfterRuns(loaded);
  expect(lines).toMatch(/connected visitor-\d/);
  expect(lines).toMatch(/closed 1000/);
});

test.runIf(isLong)('HocuspocusProvider', async () => {
  const loaded = await worker.load(
    `
    import { Server } from '@hocuspocus/server';
    const server = new Server({
      port: 3000, quiet: true, stopOnSignals: false,
      async onConnect({ documentName }) { console.log('connected', documentName); },
      async onChange({ document }) { console.log('text', document.getText('t').length > 0); },
    });
    await server.listen();
    process.on('SIGTERM', async () => { await server.destroy(); process.exit(); });
    `,
    `{ visitor: { async write({ nodes, pick, name, within, sleep }) {
      const socket = new HocuspocusProviderWebsocket({ url: 'ws://' + pick('node', nodes) + ':3000' });
      const provider = new HocuspocusProvider({ websocketProvider: socket, name: 'document' });
      provider.attach();
      const synced = new Promise((resolve) => provider.on('synced', resolve));
      const result = await within(5000, synced);
      provider.document.getText('t').insert(0, name);
      await sleep(500);
      provider.destroy();
      socket.destroy();
      if (result === 'timeout') return { outcome: 'unknown', detail: 'not synced' };
    } } }`,
    ['@hocuspocus'],
    { imports: "import { HocuspocusProvider, HocuspocusProviderWebsocket } from '@hocuspocus/provider';" },
  );
  const lines = await linesAfterRuns(loaded);
  expect(lines).toContain('connected document');
  expect(lines).toContain('text true');
});
