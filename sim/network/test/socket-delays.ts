/** The contract of sockets: connections that survive while little or nothing passes. */
import { bothClosed, type SocketEntry, until } from './socket-target.ts';
import { FRAME_BYTES, isCounting, sendUntilHeld } from './socket-waiting.ts';

function notReading(kind: string): SocketEntry {
  return [
    `${kind}: frames and callbacks wait, counted in bufferedAmount; afterwards all arrive in order`,
    async (target) => {
      const pair = await target.open();
      const end = target.inject(kind, pair);
      const { callbacks, sent } = await sendUntilHeld(target, pair);
      const between = [pair.server.bufferedAmount >= FRAME_BYTES, pair.server.readyState, callbacks.length < sent];
      end();
      await until(target, () => pair.clientLog.length === sent);
      await until(target, () => callbacks.length === sent);
      const isInOrder = callbacks.join() === Array.from({ length: sent }, (_, index) => `${index + 1} taken`).join();
      return [between, isInOrder, isCounting(pair.clientLog), pair.server.bufferedAmount];
    },
    [[true, 1, true], true, true, 0],
  ];
}

export const SOCKET_DELAYS: readonly SocketEntry[] = [
  notReading('client-stall'),
  notReading('slow-reader'),
  notReading('partition'),
  [
    'bufferedAmount includes the headers of waiting frames',
    async (target) => {
      const pair = await target.open();
      const end = target.inject('client-stall', pair);
      await sendUntilHeld(target, pair);
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
    'client-stall: a closing frame arrives after the frames before it',
    async (target) => {
      const pair = await target.open();
      const end = target.inject('client-stall', pair);
      for (const text of ['1', '2']) pair.server.send(text);
      pair.server.close(1013, 'slow');
      await target.pause();
      end();
      await bothClosed(target, pair);
      return [pair.clientLog, pair.serverLog];
    },
    [['message 1', 'message 2', 'close 1013 slow clean'], ['close 1013 slow']],
  ],
  [
    'slow-reader: what the client sends is not slowed',
    async (target) => {
      const pair = await target.open();
      const end = target.inject('slow-reader', pair);
      pair.client.send('up');
      await until(target, () => pair.serverLog.length > 0);
      end();
      return pair.serverLog;
    },
    ['message up'],
  ],
  [
    'partition: nothing passes, neither end is notified, and afterwards everything arrives once and in order',
    async (target) => {
      const pair = await target.open();
      const end = target.inject('partition', pair);
      for (const text of ['1', '2', '3']) {
        pair.server.send(text);
        pair.client.send(text);
        pair.server.ping(text);
      }
      await target.pause();
      const between = [...pair.serverLog, ...pair.clientLog];
      end();
      await until(target, () => pair.serverLog.length === 6 && pair.clientLog.length === 3);
      return [between, pair.serverLog, pair.clientLog];
    },
    [
      [],
      ['message 1', 'message 2', 'message 3', 'pong 1', 'pong 2', 'pong 3'],
      ['message 1', 'message 2', 'message 3'],
    ],
  ],
  [
    'partition: a connection dialled during it opens after it',
    async (target) => {
      const end = target.inject('partition');
      let isOpen = false;
      const dialled = target.open().then((pair) => {
        isOpen = true;
        return pair;
      });
      await target.pause();
      const between = isOpen;
      end();
      const { server } = await dialled;
      return [between, server.readyState];
    },
    [false, 1],
  ],
  [
    'partition-one-way: one direction is blocked, either of them, and the other works',
    async (target) => {
      const silent = new Set<string>();
      while (silent.size < 2) {
        const pair = await target.open();
        const end = target.inject('partition-one-way', pair);
        pair.server.send('down');
        pair.client.send('up');
        await until(target, () => pair.serverLog.length + pair.clientLog.length === 1);
        await target.pause();
        silent.add(pair.serverLog.length === 0 ? 'up' : 'down');
        end();
        await until(target, () => pair.serverLog.length + pair.clientLog.length === 2);
        pair.server.close();
      }
      return [...silent].sort();
    },
    ['down', 'up'],
  ],
  [
    'latency: frames arrive later, in order, none lost',
    async (target) => {
      const pair = await target.open();
      const end = target.inject('latency', pair);
      for (let number = 1; number <= 20; number += 1) {
        pair.server.send(`${number} `);
        pair.client.send(`${number} `);
      }
      await until(target, () => pair.serverLog.length === 20 && pair.clientLog.length === 20);
      end();
      return [isCounting(pair.serverLog), isCounting(pair.clientLog)];
    },
    [true, true],
  ],
];
