/** The contract of sockets: closing by either end, or by both. */
import { bothClosed, closesOf, sendingOn, type SocketEntry, until } from './socket-target.ts';

const NOT_OPEN = (state: number, name: string) => `WebSocket is not open: readyState ${state} (${name})`;

/** Returns the message of what `act` throws, or `nothing`. */
function thrown(act: () => void): string {
  try {
    act();
    return 'nothing';
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}

const REFUSED_CODE = 'TypeError: First argument must be a valid error code number';
const REFUSED_REASON = 'RangeError: The message must not be greater than 123 bytes';

export const SOCKET_CLOSING: readonly SocketEntry[] = [
  ...[undefined, 1000, 1001, 1008, 1009, 1011, 1012, 1013, 1014, 3000, 4000, 4999].map((code): SocketEntry => [
    `the server closes with ${code ?? 'no code'}`,
    async (target) => {
      const pair = await target.open();
      if (code === undefined) pair.server.close();
      else pair.server.close(code, 'why not ✓');
      await bothClosed(target, pair);
      return [pair.serverLog, pair.clientLog, pair.server.readyState, pair.client.readyState];
    },
    code === undefined
      ? [['close 1005 '], ['close 1005  clean'], 3, 3]
      : [[`close ${code} why not ✓`], [`close ${code} why not ✓ clean`], 3, 3],
  ]),
  ...[undefined, 1000, 3000, 4999].map((code): SocketEntry => [
    `the client closes with ${code ?? 'no code'}`,
    async (target) => {
      const pair = await target.open();
      if (code === undefined) pair.client.close();
      else pair.client.close(code, 'good bye');
      const state = pair.client.readyState;
      await bothClosed(target, pair);
      return [state, pair.serverLog, pair.clientLog, pair.server.readyState, pair.client.readyState];
    },
    code === undefined
      ? [2, ['close 1005 '], ['close 1005  clean'], 3, 3]
      : [2, [`close ${code} good bye`], [`close ${code} good bye clean`], 3, 3],
  ]),
  [
    'a code without a reason is valid',
    async (target) => {
      const pair = await target.open();
      pair.server.close(4002);
      await bothClosed(target, pair);
      return [pair.serverLog, pair.clientLog];
    },
    [['close 4002 '], ['close 4002  clean']],
  ],
  [
    'invalid codes and reasons throw at the server and leave the socket open',
    async (target) => {
      const pair = await target.open();
      const codes = [0, 999, 1004, 1005, 1006, 1015, 2999, 5000].map((code) => thrown(() => pair.server.close(code)));
      const reason = thrown(() => pair.server.close(1000, 'ß'.repeat(62)));
      const state = pair.server.readyState;
      pair.server.close(1000, 'x'.repeat(123));
      await bothClosed(target, pair);
      return [[...new Set(codes)], reason, state, closesOf(pair.clientLog)];
    },
    [[REFUSED_CODE], REFUSED_REASON, 1, [`close 1000 ${'x'.repeat(123)} clean`]],
  ],
  [
    'an invalid code throws at the client and leaves the socket open',
    async (target) => {
      const pair = await target.open();
      const isRefused = thrown(() => pair.client.close(2999)) !== 'nothing';
      pair.client.send('still here');
      await until(target, () => pair.serverLog.length === 1);
      return [isRefused, pair.client.readyState, pair.serverLog];
    },
    [true, 1, ['message still here']],
  ],
  [
    'what the server sent before it closed arrives before the end; later frames cannot be sent',
    async (target) => {
      const pair = await target.open();
      const sending = sendingOn(pair.server);
      for (const text of ['1', '2', '3']) sending.send(text);
      pair.server.close(1001, 'going');
      const state = pair.server.readyState;
      sending.send('too late');
      pair.server.send('too late, without a callback');
      pair.server.ping('too late');
      const inside = sending.callbacks.length;
      await bothClosed(target, pair);
      return [state, inside, [...sending.callbacks].sort(), pair.clientLog];
    },
    [
      2,
      0,
      ['1 taken', '2 taken', '3 taken', `4 ${NOT_OPEN(2, 'CLOSING')}`],
      ['message 1', 'message 2', 'message 3', 'close 1001 going clean'],
    ],
  ],
  [
    'what the client sent before it closed arrives before the end',
    async (target) => {
      const pair = await target.open();
      for (const text of ['1', '2', '3']) pair.client.send(text);
      pair.client.close(4000);
      pair.client.send('too late');
      await bothClosed(target, pair);
      return pair.serverLog;
    },
    ['message 1', 'message 2', 'message 3', 'close 4000 '],
  ],
  [
    "what the client sends before the server's closing frame arrives still arrives",
    async (target) => {
      const pair = await target.open();
      const pass = target.inject('partition', pair);
      pair.server.close(1012, 'restart');
      pair.client.send('crossing');
      await target.pause();
      pass();
      await bothClosed(target, pair);
      return [pair.serverLog, pair.clientLog];
    },
    [['message crossing', 'close 1012 restart'], ['close 1012 restart clean']],
  ],
  [
    "both close at once: each reports the other's code",
    async (target) => {
      const pair = await target.open();
      const pass = target.inject('partition', pair);
      pair.server.close(4002, 'of the server');
      pair.client.close(4001, 'of the client');
      await target.pause();
      const between = [pair.server.readyState, pair.client.readyState, pair.serverLog.length, pair.clientLog.length];
      pass();
      await bothClosed(target, pair);
      return [between, pair.serverLog, pair.clientLog];
    },
    [[2, 2, 0, 0], ['close 4001 of the client'], ['close 4002 of the server clean']],
  ],
  [
    "a client that closes emits close only after the server's answer",
    async (target) => {
      const pair = await target.open();
      const pass = target.inject('partition', pair);
      pair.client.close(4001);
      await target.pause();
      await target.pause();
      const between = [pair.client.readyState, pair.clientLog.length];
      let serverState = 0;
      pair.server.on('close', () => (serverState = pair.server.readyState));
      pass();
      await bothClosed(target, pair);
      return [between, serverState, pair.clientLog];
    },
    [[2, 0], 3, ['close 4001  clean']],
  ],
  [
    'closing again has no effect',
    async (target) => {
      const pair = await target.open();
      pair.server.close(4001, 'first');
      pair.server.close(4002, 'second');
      const invalid = thrown(() => pair.server.close(999));
      await bothClosed(target, pair);
      pair.server.close(4003);
      pair.server.terminate();
      pair.client.close(4004);
      await target.pause();
      return [invalid, pair.serverLog, pair.clientLog];
    },
    ['nothing', ['close 4001 first'], ['close 4001 first clean']],
  ],
  [
    'sending on a closed socket passes an error to the callback, later, and does nothing without one',
    async (target) => {
      const pair = await target.open();
      pair.client.close(1000);
      await bothClosed(target, pair);
      const sending = sendingOn(pair.server);
      sending.send('x');
      const inside = sending.callbacks.length;
      const silent = [
        thrown(() => pair.server.send('x')),
        thrown(() => pair.server.ping()),
        thrown(() => pair.client.send('x')),
      ];
      await until(target, () => sending.callbacks.length === 1);
      return [inside, sending.callbacks, silent];
    },
    [0, [`1 ${NOT_OPEN(3, 'CLOSED')}`], ['nothing', 'nothing', 'nothing']],
  ],
  [
    'what is sent on a closing socket counts as buffered and never leaves',
    async (target) => {
      const pair = await target.open();
      await target.pause();
      pair.server.close(1000);
      const before = pair.server.bufferedAmount;
      pair.server.send('12345');
      const grownBy = pair.server.bufferedAmount - before;
      await bothClosed(target, pair);
      return [grownBy, pair.server.bufferedAmount, pair.clientLog];
    },
    [5, 5, ['close 1000  clean']],
  ],
  [
    'terminate: both ends report 1006, after the callbacks, without an error',
    async (target) => {
      const pair = await target.open();
      const order: string[] = [];
      pair.server.on('close', () => order.push('close'));
      pair.server.send('x', () => order.push('called'));
      pair.server.terminate();
      const inside = [pair.server.readyState, pair.serverLog.length];
      pair.server.terminate();
      await bothClosed(target, pair);
      await target.pause();
      return [inside, pair.serverLog, closesOf(pair.clientLog), order, pair.server.readyState];
    },
    [[2, 0], ['close 1006 '], ['close 1006  unclean'], ['called', 'close'], 3],
  ],
  [
    'terminate while closing ends with 1006',
    async (target) => {
      const pair = await target.open();
      const pass = target.inject('partition', pair);
      pair.server.close(1001);
      pair.server.terminate();
      await until(target, () => pair.serverLog.length > 0);
      pass();
      await bothClosed(target, pair);
      return pair.serverLog;
    },
    ['close 1006 '],
  ],
  [
    'frames that were read together are all delivered, even if a listener terminates midway',
    async (target) => {
      const pair = await target.open();
      const pass = target.inject('partition', pair);
      for (const text of ['1', '2', '3']) pair.client.send(text);
      await target.pause();
      pair.server.once('message', () => pair.server.terminate());
      pass();
      await bothClosed(target, pair);
      return pair.serverLog;
    },
    ['message 1', 'message 2', 'message 3', 'close 1006 '],
  ],
  [
    'a listener may close between frames',
    async (target) => {
      const pair = await target.open();
      pair.server.once('message', () => pair.server.close(4400, 'no'));
      for (const text of ['1', '2', '3']) pair.client.send(text);
      await bothClosed(target, pair);
      return [pair.serverLog, pair.clientLog];
    },
    [['message 1', 'message 2', 'message 3', 'close 4400 no'], ['close 4400 no clean']],
  ],
];
