/**
 * The contract of sockets: open connections, their frames in order, and what `send` and `ping`
 * report.
 */
import { bothClosed, sendingOn, type SocketEntry, until } from './socket-target.ts';

const numbers = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index));
const messages = (log: readonly string[]): string[] =>
  log.filter((what) => what.startsWith('message ')).map((what) => what.slice('message '.length));

/** Texts that a careless transport would damage. */
const TEXTS = [
  '',
  'plain',
  'zwölf Boxkämpfer',
  '日本語 🦊',
  '\u0000 "\\ \n',
  'x'.repeat(125),
  'x'.repeat(126),
  'x'.repeat(65_536),
];

export const SOCKET_FRAMES: readonly SocketEntry[] = [
  [
    'an open connection has the request of its client',
    async (target) => {
      const { server, client, request } = await target.open({ url: '/stream?room=1', headers: { 'X-Who': 'ada' } });
      return [server.readyState, client.readyState, request.url, request.headers['x-who'], server.protocol];
    },
    [1, 1, '/stream?room=1', 'ada', ''],
  ],
  [
    'dialling a port that is not open is refused',
    async (target) =>
      target.openNowhere().then(
        () => 'open',
        () => 'refused',
      ),
    'refused',
  ],
  [
    'texts arrive unchanged, both ways; a server receives them as buffers that are not binary',
    async (target) => {
      const { server, client, serverLog, clientLog } = await target.open();
      const kinds = new Set<string>();
      server.on('message', (data: Buffer, isBinary: boolean) => kinds.add(`${Buffer.isBuffer(data)} ${isBinary}`));
      for (const text of TEXTS) {
        server.send(text);
        client.send(text);
      }
      await until(target, () => [serverLog, clientLog].every((log) => log.length === TEXTS.length));
      const isSame = (log: readonly string[]) => messages(log).every((text, index) => text === TEXTS[index]);
      return [isSame(serverLog), isSame(clientLog), [...kinds]];
    },
    [true, true, ['true false']],
  ],
  [
    'many frames keep their order, both ways',
    async (target) => {
      const { server, client, serverLog, clientLog } = await target.open();
      for (const text of numbers(300)) {
        server.send(text);
        client.send(text);
      }
      await until(target, () => [serverLog, clientLog].every((log) => log.length === 300));
      return [serverLog, clientLog].map((log) => messages(log).join() === numbers(300).join());
    },
    [true, true],
  ],
  [
    'frames that arrive together are delivered in one turn, before promises of the first settle',
    async (target) => {
      const pair = await target.open();
      const pass = target.inject('partition', pair);
      const order: string[] = [];
      pair.server.on('message', (data: Buffer) => {
        order.push(data.toString());
        void Promise.resolve().then(() => order.push(`after ${data.toString()}`));
      });
      for (const text of numbers(2)) pair.client.send(text);
      await target.pause();
      pass();
      await until(target, () => order.length === 4);
      return order;
    },
    ['0', '1', 'after 0', 'after 1'],
  ],
  [
    'the callback of send is called once per frame, in order, never within the call',
    async (target) => {
      const { server, clientLog } = await target.open();
      const sending = sendingOn(server);
      for (const text of numbers(20)) sending.send(text);
      const inside = sending.callbacks.length;
      await until(target, () => sending.callbacks.length === 20 && clientLog.length === 20);
      return [
        inside,
        sending.callbacks.join() ===
          numbers(20)
            .map((text) => `${Number(text) + 1} taken`)
            .join(),
        server.bufferedAmount,
      ];
    },
    [0, true, 0],
  ],
  [
    'the callback of send receives null for a taken frame',
    async (target) => {
      const { server } = await target.open();
      const received: unknown[] = [];
      server.send('x', (...parameters: unknown[]) => received.push(...parameters));
      await until(target, () => received.length > 0);
      return received;
    },
    [null],
  ],
  [
    'nothing is buffered after the last callback',
    async (target) => {
      const { server } = await target.open();
      const buffered: number[] = [];
      for (const text of numbers(3)) server.send(text, () => buffered.push(server.bufferedAmount));
      await until(target, () => buffered.length === 3);
      return buffered.at(-1);
    },
    0,
  ],
  [
    'a pong carries the data of its ping',
    async (target) => {
      const { server, serverLog } = await target.open();
      server.ping();
      server.ping('are you there?');
      await until(target, () => serverLog.length === 2);
      return serverLog;
    },
    ['pong ', 'pong are you there?'],
  ],
  [
    'a ping keeps its place among frames',
    async (target) => {
      const { server, client, serverLog } = await target.open();
      client.send('before');
      await until(target, () => serverLog.length === 1);
      server.ping();
      await until(target, () => serverLog.length === 2);
      client.send('after');
      await until(target, () => serverLog.length === 3);
      return serverLog;
    },
    ['message before', 'pong ', 'message after'],
  ],
  [
    'several connections have separate ends',
    async (target) => {
      const [one, other] = [await target.open(), await target.open()];
      one.client.send('one');
      other.client.send('other');
      other.server.send('to the other');
      await until(target, () => one.serverLog.length + other.serverLog.length + other.clientLog.length === 3);
      one.server.close(4001);
      await bothClosed(target, one);
      return [one.serverLog, one.clientLog, other.serverLog, other.clientLog, other.server.readyState];
    },
    [['message one', 'close 4001 '], ['close 4001  clean'], ['message other'], ['message to the other'], 1],
  ],
];
