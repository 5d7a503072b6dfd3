/** The contract of sockets, as to what befalls connections: each fault of the network that the real thing can be made to suffer. */
import {
  bothClosed,
  closesOf,
  sendingOn,
  type SocketEntry,
  type SocketPair,
  type SocketPlace,
  until,
} from './socket-place.ts';

const FRAME_BYTES = 262_144;

const frame = (number: number): string => `${number} `.padEnd(FRAME_BYTES, 'x');
const framesIn = (heard: readonly string[]): number[] => heard.map((what) => Number(what.split(' ')[1]));
const isCounting = (heard: readonly string[]): boolean =>
  framesIn(heard).every((number, index) => number === index + 1);

interface Held {
  readonly told: readonly string[];
  readonly sent: number;
}

/** Sends until a callback does not come. */
async function sendUntilHeld(place: SocketPlace, pair: SocketPair): Promise<Held> {
  const sending = sendingOn(pair.server);
  let sent = 0;
  do {
    sent += 1;
    sending.send(frame(sent));
    await place.pause();
    await place.pause();
  } while (sending.told.length === sent);
  return {
    told: sending.told,
    get sent() {
      return sent;
    },
  };
}

/** A reader that reads nothing, or little: what waits is counted, and comes in order when it reads again. */
function notReading(kind: string): SocketEntry {
  return [
    `${kind}: what the server sends waits, counted, with its callbacks; afterwards all of it comes in order`,
    async (place) => {
      const pair = await place.open();
      const end = place.befall(kind, pair);
      const { told, sent } = await sendUntilHeld(place, pair);
      const between = [pair.server.bufferedAmount >= FRAME_BYTES, pair.server.readyState, told.length < sent];
      end();
      await until(place, () => pair.clientHeard.length === sent);
      await until(place, () => told.length === sent);
      const isInOrder = told.join() === Array.from({ length: sent }, (_, index) => `${index + 1} taken`).join();
      return [between, isInOrder, isCounting(pair.clientHeard), pair.server.bufferedAmount];
    },
    [[true, 1, true], true, true, 0],
  ];
}

function breaking(kind: string): SocketEntry {
  return [
    `${kind}: both ends hear 1006, without an error, after the callbacks`,
    async (place) => {
      const pair = await place.open();
      const order: string[] = [];
      pair.server.on('close', () => order.push('close'));
      pair.server.send('x', () => order.push('called'));
      place.befall(kind, pair);
      await bothClosed(place, pair);
      await place.pause();
      const state = [pair.server.readyState, pair.client.readyState];
      return [pair.serverHeard, closesOf(pair.clientHeard), order, state];
    },
    [['close 1006 '], ['close 1006  unclean'], ['called', 'close'], [3, 3]],
  ];
}

/** A connection on which the server hears its client, and the client hears nothing. */
async function deafClient(place: SocketPlace): Promise<SocketPair> {
  for (;;) {
    const pair = await place.open();
    const end = place.befall('partition-one-way', pair);
    pair.server.send('down');
    pair.client.send('up');
    await until(place, () => pair.serverHeard.length + pair.clientHeard.length === 1);
    if (pair.serverHeard.length === 1) return pair;
    end();
  }
}

export const SOCKET_FAULTS: readonly SocketEntry[] = [
  breaking('connection-loss'),
  breaking('reconnect-storm'),
  notReading('client-stall'),
  notReading('slow-reader'),
  notReading('partition'),
  [
    'connection-loss: what waits to be sent fails with the reason, in order, before the end',
    async (place) => {
      const pair = await place.open();
      place.befall('partition', pair);
      await sendUntilHeld(place, pair);
      const more = sendingOn(pair.server);
      more.send('behind');
      more.send('last');
      const order: string[] = [];
      pair.server.on('close', () => order.push(`close after ${more.told.length}`));
      place.befall('connection-loss', pair);
      await until(place, () => pair.serverHeard.length > 0);
      return [order, more.told, pair.serverHeard];
    },
    [['close after 2'], ['1 read ECONNRESET', '2 read ECONNRESET'], ['close 1006 ']],
  ],
  [
    'connection-loss: while the server is closing',
    async (place) => {
      const pair = await place.open();
      place.befall('partition', pair);
      pair.server.close(4001);
      place.befall('connection-loss', pair);
      await until(place, () => pair.serverHeard.length > 0);
      return [pair.serverHeard, closesOf(pair.clientHeard)];
    },
    [['close 1006 '], ['close 1006  unclean']],
  ],
  [
    'connection-loss: when the client had begun to close, the server is told what it said',
    async (place) => {
      const pair = await deafClient(place);
      pair.client.close(4001, 'bye');
      await until(place, () => pair.server.readyState === 2);
      place.befall('connection-loss', pair);
      await bothClosed(place, pair);
      return [pair.serverHeard, pair.clientHeard];
    },
    [['message up', 'close 4001 bye'], ['close 1006  unclean']],
  ],
  [
    'terminate: when the client had begun to close, the server is told what it said',
    async (place) => {
      const pair = await deafClient(place);
      pair.client.close(4001, 'bye');
      await until(place, () => pair.server.readyState === 2);
      pair.server.terminate();
      await until(place, () => closesOf(pair.serverHeard).length > 0);
      return pair.serverHeard;
    },
    ['message up', 'close 4001 bye'],
  ],
  [
    'what waits is counted with the bytes that frame it',
    async (place) => {
      const pair = await place.open();
      const end = place.befall('client-stall', pair);
      await sendUntilHeld(place, pair);
      const counts = [pair.server.bufferedAmount];
      for (const bytes of [0, 125, 126, 65_535, 65_536]) {
        pair.server.send('x'.repeat(bytes));
        counts.push(pair.server.bufferedAmount);
      }
      pair.server.ping('four');
      counts.push(pair.server.bufferedAmount);
      end();
      return counts.map((count, index) => count - (counts[index - 1] ?? FRAME_BYTES));
    },
    [10, 2, 127, 130, 65_539, 65_546, 6],
  ],
  [
    'terminate with frames that wait: they fail, in order, before the end',
    async (place) => {
      const pair = await place.open();
      place.befall('client-stall', pair);
      const { told, sent } = await sendUntilHeld(place, pair);
      const more = sendingOn(pair.server);
      more.send('behind');
      const order: string[] = [];
      pair.server.on('close', () => order.push(`close after ${told.length === sent && more.told.length === 1}`));
      pair.server.terminate();
      await until(place, () => pair.serverHeard.length > 0);
      return [order, more.told, pair.serverHeard];
    },
    [['close after true'], ['1 Cannot call write after a stream was destroyed'], ['close 1006 ']],
  ],
  [
    'half-open: the server is told nothing, and what it sends is taken until nothing more fits',
    async (place) => {
      const pair = await place.open({ impatient: true });
      place.befall('half-open', pair);
      await until(place, () => pair.clientHeard.length > 0);
      pair.server.ping();
      const { told, sent } = await sendUntilHeld(place, pair);
      const between = [pair.server.readyState, pair.serverHeard.length, pair.server.bufferedAmount >= FRAME_BYTES];
      pair.server.close(1001);
      await until(place, () => pair.serverHeard.length > 0);
      return [between, closesOf(pair.clientHeard), told.length === sent, pair.serverHeard];
    },
    [[1, 0, true], ['close 1006  unclean'], true, ['close 1006 ']],
  ],
  [
    'client-stall: a client that reads nothing leaves a closing server waiting, and 1006 ends it',
    async (place) => {
      const pair = await place.open({ impatient: true });
      place.befall('client-stall', pair);
      pair.server.close(1001);
      const state = pair.server.readyState;
      await until(place, () => pair.serverHeard.length > 0);
      return [state, pair.serverHeard];
    },
    [2, ['close 1006 ']],
  ],
  [
    'client-stall: a closing frame comes after what was sent before it',
    async (place) => {
      const pair = await place.open();
      const end = place.befall('client-stall', pair);
      for (const text of ['1', '2']) pair.server.send(text);
      pair.server.close(1013, 'slow');
      await place.pause();
      end();
      await bothClosed(place, pair);
      return [pair.clientHeard, pair.serverHeard];
    },
    [['message 1', 'message 2', 'close 1013 slow clean'], ['close 1013 slow']],
  ],
  [
    'slow-reader: what the client sends is not slowed',
    async (place) => {
      const pair = await place.open();
      const end = place.befall('slow-reader', pair);
      pair.client.send('up');
      await until(place, () => pair.serverHeard.length > 0);
      end();
      return pair.serverHeard;
    },
    ['message up'],
  ],
  [
    'partition: nothing passes, nobody is told, and afterwards everything arrives once and in order',
    async (place) => {
      const pair = await place.open();
      const end = place.befall('partition', pair);
      for (const text of ['1', '2', '3']) {
        pair.server.send(text);
        pair.client.send(text);
        pair.server.ping(text);
      }
      await place.pause();
      const between = [...pair.serverHeard, ...pair.clientHeard];
      end();
      await until(place, () => pair.serverHeard.length === 6 && pair.clientHeard.length === 3);
      return [between, pair.serverHeard, pair.clientHeard];
    },
    [
      [],
      ['message 1', 'message 2', 'message 3', 'pong 1', 'pong 2', 'pong 3'],
      ['message 1', 'message 2', 'message 3'],
    ],
  ],
  [
    'partition: whoever dials into it is taken when it is over',
    async (place) => {
      const end = place.befall('partition');
      let isOpen = false;
      const dialled = place.open().then((pair) => {
        isOpen = true;
        return pair;
      });
      await place.pause();
      const between = isOpen;
      end();
      const { server } = await dialled;
      return [between, server.readyState];
    },
    [false, 1],
  ],
  [
    'partition-one-way: one direction is silent, now this, now that, and the other works',
    async (place) => {
      const silent = new Set<string>();
      while (silent.size < 2) {
        const pair = await place.open();
        const end = place.befall('partition-one-way', pair);
        pair.server.send('down');
        pair.client.send('up');
        await until(place, () => pair.serverHeard.length + pair.clientHeard.length === 1);
        await place.pause();
        silent.add(pair.serverHeard.length === 0 ? 'up' : 'down');
        end();
        await until(place, () => pair.serverHeard.length + pair.clientHeard.length === 2);
        pair.server.close();
      }
      return [...silent].sort();
    },
    ['down', 'up'],
  ],
  [
    'latency: later, in order, none lost',
    async (place) => {
      const pair = await place.open();
      const end = place.befall('latency', pair);
      for (let number = 1; number <= 20; number += 1) {
        pair.server.send(`${number} `);
        pair.client.send(`${number} `);
      }
      await until(place, () => pair.serverHeard.length === 20 && pair.clientHeard.length === 20);
      end();
      return [isCounting(pair.serverHeard), isCounting(pair.clientHeard)];
    },
    [true, true],
  ],
];
