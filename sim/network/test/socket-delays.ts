/** The contract of sockets, as to connections that live on and through which little or nothing passes for a while. */
import { bothClosed, type SocketEntry, until } from './socket-place.ts';
import { FRAME_BYTES, isCounting, sendUntilHeld } from './socket-waiting.ts';

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

export const SOCKET_DELAYS: readonly SocketEntry[] = [
  notReading('client-stall'),
  notReading('slow-reader'),
  notReading('partition'),
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
