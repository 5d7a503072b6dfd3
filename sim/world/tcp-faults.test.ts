/** Faults of TCP between nodes, and what no fault of the network hits. */
import net from 'node:net';
import { expect, test } from 'vitest';
import { runMain } from './test/run-main.ts';
import type { Tools } from './test/run-world.ts';

/** node-1 listens and echoes; node-2 does the rest. */
function between(node2: string): string {
  return `
    const net = require('node:net');
    const say = (what) => console.log(what);
    const watch = (who, socket) => {
      socket.on('connect', () => say(who + ' connected'));
      socket.on('end', () => say(who + ' ended'));
      socket.on('error', (error) => say(who + ' ' + error.message));
      return socket;
    };
    if (process.env.NODE_NAME === 'node-1')
      net.createServer((socket) => watch('server', socket).on('data', (data) => socket.write(data))).listen(3000);
    else {
      setInterval(() => undefined, 1000);
      setTimeout(() => { ${node2} }, 500);
    }`;
}

async function linesOf(text: string, arrange: (tools: Tools) => void, untilMs = 20_000): Promise<readonly string[]> {
  const { output } = await runMain(text, arrange, { nodes: 2, untilMs });
  return output.map((line) => line.replace('stdout ', ''));
}

const DIAL = `watch('client', net.connect(3000, 'node-1')).resume();`;

test('connections that a process made end with it', async () => {
  expect(await linesOf(between(DIAL), ({ fault }) => fault('node-crash', 'node-2', 1000, 19_000))).toEqual([
    'client connected',
    'server ended',
  ]);
});

test('an attempt of a process that has ended connects nothing', async () => {
  const lines = await linesOf(between(DIAL), ({ fault }) => {
    fault('connect-unanswered', 'node-1', 100, 1500);
    fault('node-crash', 'node-2', 1000, 19_000);
  });
  expect(lines).toEqual([]);
});

test('an attempt that is never answered fails after 131 s', async () => {
  const times: number[] = [];
  const { records } = await runMain(between(DIAL), ({ fault }) => fault('connect-unanswered', 'node-1', 100, 199_000), {
    nodes: 2,
    untilMs: 200_000,
  });
  for (const record of records)
    if (record.type === 'probe' && record.name === 'sim.output') {
      expect(record.fields['line']).toBe('client connect ETIMEDOUT 10.0.0.1:3000');
      times.push(record.atMs);
    }
  expect(times.length).toBe(1);
  expect(times[0]).toBeGreaterThan(131_500);
  expect(times[0]).toBeLessThan(131_600);
});

test('the end that has sent something gives up a connection that a partition cuts off', async () => {
  const lines = await linesOf(
    between(`const socket = ${DIAL} setTimeout(() => socket.write('x'), 1000);`),
    ({ fault }) => fault('partition', 'node-1', 1000, 8000),
  );
  expect([...lines].sort()).toEqual(['client connected', 'client read ETIMEDOUT', 'server read ECONNRESET']);
});

test.each([
  'reset-in-message',
  'end-in-message',
  'connect-refused',
  'connect-unanswered',
  'partition',
  'reconnect-storm',
])('%s does not hit connections within a node', async (kind) => {
  const { output, world } = await runMain(
    `const net = require('node:net');
       net.createServer((socket) => socket.on('error', (error) => console.log(error.message)).pipe(socket)).listen(3000);
       const dial = (host) => {
         const socket = net.connect(3000, host, () => socket.write('x'));
         socket.on('data', () => setTimeout(() => socket.write('x'), 100));
         socket.on('error', (error) => console.log(error.message)).on('end', () => console.log('ended'));
       };
       setInterval(() => { dial('127.0.0.1'); dial('10.0.0.1'); }, 500);`,
    ({ fault }) => fault(kind, 'node-1', 1000, 3000),
    { nodes: 1, untilMs: 8000 },
  );
  expect(output).toEqual([]);
  expect(world.hits.get(kind)).toBeUndefined();
});

test('end-in-message ends a write that is larger than the buffers', async () => {
  const lines = await linesOf(
    `const net = require('node:net');
     if (process.env.NODE_NAME === 'node-1')
       net.createServer((socket) => {
         socket.on('error', () => undefined).on('close', () => console.log('server closed'));
         socket.write(Buffer.alloc(3_000_000));
       }).listen(3000);
     else {
       setInterval(() => undefined, 1000);
       setTimeout(() => net.connect(3000, 'node-1').resume().on('close', () => console.log('client closed')), 1500);
     }`,
    ({ fault }) => fault('end-in-message', 'node-1', 1450, 3000),
  );
  expect([...lines].sort()).toEqual(['client closed', 'server closed']);
});

test('reset-in-message hits connections that a node has made, too', async () => {
  const lines = await linesOf(
    between(`const socket = ${DIAL} setInterval(() => socket.write('hello'), 300);`),
    ({ fault }) => fault('reset-in-message', 'node-2', 1000, 3000),
  );
  expect(lines).toContain('server read ECONNRESET');
  expect(lines).toContain('client read ECONNRESET');
});

/** Writes twice in a turn until that fails, and says how. The socket has listeners already. */
const WRITE_TWICE = `
  const writeTwice = (socket) => {
    const said = (which) => (error) => { if (error) say(which + ' ' + error.message + ' ' + socket.destroyed); };
    socket.write('first', said('first'));
    socket.write('last', said('last'));
  };`;
const BOTH_FAILED = ['first write ECONNRESET false', 'last write ECONNRESET false', 'server write ECONNRESET'];

test('writes fail when a reset has arrived and the process has not seen it', async () => {
  const server = `
    const net = require('node:net');
    const say = (what) => console.log(what);
    ${WRITE_TWICE}
    if (process.env.NODE_NAME === 'node-1')
      net.createServer((socket) => {
        socket.on('error', (error) => say('server ' + error.message)).resume();
        const writing = setInterval(() => writeTwice(socket), 1);
        socket.on('close', () => clearInterval(writing));
      }).listen(3000);
    else setTimeout(() => net.connect(3000, 'node-1').on('error', () => undefined).resume(), 500);`;
  const { output } = await runMain(server, ({ fault }) => fault('reconnect-storm', 'node-1', 1000, 0), {
    nodes: 2,
    untilMs: 3000,
    choices: { 'node-2.1/tcp/tcp/node-2.1#1/unseen/1': 0.999 },
  });
  expect(output.map((line) => line.replace('stdout ', ''))).toEqual(BOTH_FAILED);
});

test('so they do in Node on loopback', async () => {
  const lines: string[] = [];
  const server = net.createServer();
  const accepted = new Promise<net.Socket>((resolve) => server.once('connection', resolve));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = net.connect((server.address() as net.AddressInfo).port, '127.0.0.1');
  const [socket] = await Promise.all([accepted, new Promise((resolve) => client.once('connect', resolve))]);
  socket.on('error', (error) => lines.push(`server ${error.message}`)).resume();
  const closed = new Promise((resolve) => socket.once('close', resolve));
  client.resetAndDestroy();
  // In this turn the process reads nothing, but the reset has arrived.
  new Function('say', 'socket', `${WRITE_TWICE} writeTwice(socket);`)((line: string) => lines.push(line), socket);
  await closed;
  server.close();
  expect(lines).toEqual(BOTH_FAILED);
});
