/** The contract of sockets, as to connections that break: reset, forgotten by one end, or dropped by the server. */
import {
  bothClosed,
  closesOf,
  sendingOn,
  type SocketEntry,
  type SocketPair,
  type SocketPlace,
  until,
} from './socket-place.ts';
import { FRAME_BYTES, sendUntilHeld } from './socket-waiting.ts';

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

export const SOCKET_BREAKS: readonly SocketEntry[] = [
  breaking('connection-loss'),
  breaking('reconnect-storm'),
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
      // What is said of the reason is another on each version of Node.
      return [order, more.told.map((told) => told.replace(/ (?:write|Cannot) .*/, ' failed')), pair.serverHeard];
    },
    [['close after true'], ['1 failed'], ['close 1006 ']],
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
];
