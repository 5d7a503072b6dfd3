/** The contract of sockets: connections that break, half-open connections, `terminate`. */
import {
  bothClosed,
  closesOf,
  sendingOn,
  type SocketEntry,
  type SocketPair,
  type SocketTarget,
  until,
} from './socket-target.ts';
import { FRAME_BYTES, sendUntilHeld } from './socket-waiting.ts';

function breaking(kind: string): SocketEntry {
  return [
    `${kind}: both ends report 1006, without an error, after the callbacks`,
    async (target) => {
      const pair = await target.open();
      const order: string[] = [];
      pair.server.on('close', () => order.push('close'));
      pair.server.send('x', () => order.push('called'));
      target.inject(kind, pair);
      await bothClosed(target, pair);
      await target.pause();
      const state = [pair.server.readyState, pair.client.readyState];
      return [pair.serverLog, closesOf(pair.clientLog), order, state];
    },
    [['close 1006 '], ['close 1006  unclean'], ['called', 'close'], [3, 3]],
  ];
}

/** Opens a connection on which the server receives frames and the client does not. */
async function unreachableClient(target: SocketTarget): Promise<SocketPair> {
  for (;;) {
    const pair = await target.open();
    const end = target.inject('partition-one-way', pair);
    pair.server.send('down');
    pair.client.send('up');
    await until(target, () => pair.serverLog.length + pair.clientLog.length === 1);
    if (pair.serverLog.length === 1) return pair;
    end();
  }
}

export const SOCKET_BREAKS: readonly SocketEntry[] = [
  breaking('connection-loss'),
  breaking('reconnect-storm'),
  [
    'connection-loss: waiting frames fail with the reason, in order, before the end',
    async (target) => {
      const pair = await target.open();
      target.inject('partition', pair);
      await sendUntilHeld(target, pair);
      const more = sendingOn(pair.server);
      more.send('behind');
      more.send('last');
      const order: string[] = [];
      pair.server.on('close', () => order.push(`close after ${more.callbacks.length}`));
      target.inject('connection-loss', pair);
      await until(target, () => pair.serverLog.length > 0);
      return [order, more.callbacks, pair.serverLog];
    },
    [['close after 2'], ['1 read ECONNRESET', '2 read ECONNRESET'], ['close 1006 ']],
  ],
  [
    'a reset that the process has not seen: what it sends fails, with the reason first, before the end',
    async (target) => {
      const pair = await target.open();
      const sent = sendingOn(pair.server);
      const order: string[] = [];
      pair.server.on('close', () => order.push(`close after ${sent.callbacks.length}`));
      await target.resetUnseen(pair, () => {
        sent.send('first');
        pair.server.ping('', undefined, (error) =>
          order.push(`ping ${error?.message}, state ${pair.server.readyState}`),
        );
        sent.send('last');
        order.push(`state ${pair.server.readyState}`);
      });
      await until(target, () => pair.serverLog.length > 0);
      return [order, sent.callbacks, pair.serverLog, pair.server.bufferedAmount];
    },
    [
      ['state 1', 'ping write EPIPE, state 1', 'close after 2'],
      ['1 write ECONNRESET', '2 write EPIPE'],
      ['close 1006 '],
      0,
    ],
  ],
  [
    'a reset that the process has not seen: a closing frame fails, and the end follows',
    async (target) => {
      const pair = await target.open();
      await target.resetUnseen(pair, () => pair.server.close(1001));
      const state = pair.server.readyState;
      await until(target, () => pair.serverLog.length > 0);
      return [state, pair.serverLog];
    },
    [3, ['close 1006 ']],
  ],
  [
    'connection-loss: while the server is closing',
    async (target) => {
      const pair = await target.open();
      target.inject('partition', pair);
      pair.server.close(4001);
      target.inject('connection-loss', pair);
      await until(target, () => pair.serverLog.length > 0);
      return [pair.serverLog, closesOf(pair.clientLog)];
    },
    [['close 1006 '], ['close 1006  unclean']],
  ],
  [
    'connection-loss: after the client has begun to close, the server reports its code',
    async (target) => {
      const pair = await unreachableClient(target);
      pair.client.close(4001, 'bye');
      await until(target, () => pair.server.readyState === 2);
      target.inject('connection-loss', pair);
      await bothClosed(target, pair);
      return [pair.serverLog, pair.clientLog];
    },
    [['message up', 'close 4001 bye'], ['close 1006  unclean']],
  ],
  [
    'terminate: after the client has begun to close, the server reports its code',
    async (target) => {
      const pair = await unreachableClient(target);
      pair.client.close(4001, 'bye');
      await until(target, () => pair.server.readyState === 2);
      pair.server.terminate();
      await until(target, () => closesOf(pair.serverLog).length > 0);
      return pair.serverLog;
    },
    ['message up', 'close 4001 bye'],
  ],
  [
    'terminate: waiting frames fail, in order, before the end',
    async (target) => {
      const pair = await target.open();
      target.inject('client-stall', pair);
      const { callbacks, sent } = await sendUntilHeld(target, pair);
      const more = sendingOn(pair.server);
      more.send('behind');
      const order: string[] = [];
      pair.server.on('close', () =>
        order.push(`close after ${callbacks.length === sent && more.callbacks.length === 1}`),
      );
      pair.server.terminate();
      await until(target, () => pair.serverLog.length > 0);
      // The text of the reason differs between versions of Node.
      return [order, more.callbacks.map((line) => line.replace(/ (?:write|Cannot) .*/, ' failed')), pair.serverLog];
    },
    [['close after true'], ['1 failed'], ['close 1006 ']],
  ],
  [
    'half-open: the server is not notified, and its frames are taken until the buffer is full',
    async (target) => {
      const pair = await target.open({ impatient: true });
      target.inject('half-open', pair);
      await until(target, () => pair.clientLog.length > 0);
      pair.server.ping();
      const { callbacks, sent } = await sendUntilHeld(target, pair);
      const between = [pair.server.readyState, pair.serverLog.length, pair.server.bufferedAmount >= FRAME_BYTES];
      pair.server.close(1001);
      await until(target, () => pair.serverLog.length > 0);
      return [between, closesOf(pair.clientLog), callbacks.length === sent, pair.serverLog];
    },
    [[1, 0, true], ['close 1006  unclean'], true, ['close 1006 ']],
  ],
  [
    'client-stall: a closing server waits for a client that does not read, and ends with 1006',
    async (target) => {
      const pair = await target.open({ impatient: true });
      target.inject('client-stall', pair);
      pair.server.close(1001);
      const state = pair.server.readyState;
      await until(target, () => pair.serverLog.length > 0);
      return [state, pair.serverLog];
    },
    [2, ['close 1006 ']],
  ],
];
