/** The contract of sockets, while a connection is open: what frames are, their order, what `send` and `ping` tell. */
import { bothClosed, sendingOn, type SocketEntry, until } from './socket-place.ts';

const numbers = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index));
const messages = (heard: readonly string[]): string[] =>
  heard.filter((what) => what.startsWith('message ')).map((what) => what.slice('message '.length));

/** Texts that a careless transport would spoil. */
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
    'a connection that is open, and what was asked for',
    async (place) => {
      const { server, client, request } = await place.open({ url: '/stream?room=1', headers: { 'X-Who': 'ada' } });
      return [server.readyState, client.readyState, request.url, request.headers['x-who'], server.protocol];
    },
    [1, 1, '/stream?room=1', 'ada', ''],
  ],
  [
    'nobody listens',
    async (place) =>
      place.openNowhere().then(
        () => 'open',
        () => 'refused',
      ),
    'refused',
  ],
  [
    'texts arrive as they are, both ways; a server gets them as buffers that are not binary',
    async (place) => {
      const { server, client, serverHeard, clientHeard } = await place.open();
      const kinds = new Set<string>();
      server.on('message', (data: Buffer, isBinary: boolean) => kinds.add(`${Buffer.isBuffer(data)} ${isBinary}`));
      for (const text of TEXTS) {
        server.send(text);
        client.send(text);
      }
      await until(place, () => [serverHeard, clientHeard].every((heard) => heard.length === TEXTS.length));
      const isSame = (heard: readonly string[]) => messages(heard).every((text, index) => text === TEXTS[index]);
      return [isSame(serverHeard), isSame(clientHeard), [...kinds]];
    },
    [true, true, ['true false']],
  ],
  [
    'many frames keep their order, both ways',
    async (place) => {
      const { server, client, serverHeard, clientHeard } = await place.open();
      for (const text of numbers(300)) {
        server.send(text);
        client.send(text);
      }
      await until(place, () => [serverHeard, clientHeard].every((heard) => heard.length === 300));
      return [serverHeard, clientHeard].map((heard) => messages(heard).join() === numbers(300).join());
    },
    [true, true],
  ],
  [
    'frames that arrive together are told apart, before anything that the first of them set off by promises',
    async (place) => {
      const pair = await place.open();
      const pass = place.befall('partition', pair);
      const order: string[] = [];
      pair.server.on('message', (data: Buffer) => {
        order.push(data.toString());
        void Promise.resolve().then(() => order.push(`after ${data.toString()}`));
      });
      for (const text of numbers(2)) pair.client.send(text);
      await place.pause();
      pass();
      await until(place, () => order.length === 4);
      return order;
    },
    ['0', '1', 'after 0', 'after 1'],
  ],
  [
    'the callback of send comes once for each frame, in order, never inside the call',
    async (place) => {
      const { server, clientHeard } = await place.open();
      const sending = sendingOn(server);
      for (const text of numbers(20)) sending.send(text);
      const inside = sending.told.length;
      await until(place, () => sending.told.length === 20 && clientHeard.length === 20);
      return [
        inside,
        sending.told.join() ===
          numbers(20)
            .map((text) => `${Number(text) + 1} taken`)
            .join(),
        server.bufferedAmount,
      ];
    },
    [0, true, 0],
  ],
  [
    'what the callback of send is given when all is well',
    async (place) => {
      const { server } = await place.open();
      const given: unknown[] = [];
      server.send('x', (...parameters: unknown[]) => given.push(...parameters));
      await until(place, () => given.length > 0);
      return given;
    },
    [null],
  ],
  [
    'nothing is held back once the callback has come',
    async (place) => {
      const { server } = await place.open();
      const buffered: number[] = [];
      for (const text of numbers(3)) server.send(text, () => buffered.push(server.bufferedAmount));
      await until(place, () => buffered.length === 3);
      return buffered.at(-1);
    },
    0,
  ],
  [
    'a ping is answered with what it carries',
    async (place) => {
      const { server, serverHeard } = await place.open();
      server.ping();
      server.ping('are you there?');
      await until(place, () => serverHeard.length === 2);
      return serverHeard;
    },
    ['pong ', 'pong are you there?'],
  ],
  [
    'a ping keeps its place among frames',
    async (place) => {
      const { server, client, serverHeard } = await place.open();
      client.send('before');
      await until(place, () => serverHeard.length === 1);
      server.ping();
      await until(place, () => serverHeard.length === 2);
      client.send('after');
      await until(place, () => serverHeard.length === 3);
      return serverHeard;
    },
    ['message before', 'pong ', 'message after'],
  ],
  [
    'several connections, each with ends of its own',
    async (place) => {
      const [one, other] = [await place.open(), await place.open()];
      one.client.send('one');
      other.client.send('other');
      other.server.send('to the other');
      await until(place, () => one.serverHeard.length + other.serverHeard.length + other.clientHeard.length === 3);
      one.server.close(4001);
      await bothClosed(place, one);
      return [one.serverHeard, one.clientHeard, other.serverHeard, other.clientHeard, other.server.readyState];
    },
    [['message one', 'close 4001 '], ['close 4001  clean'], ['message other'], ['message to the other'], 1],
  ],
];
