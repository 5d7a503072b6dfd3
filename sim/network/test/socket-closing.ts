/** The contract of sockets, as to the end of a connection by the will of its ends. */
import { bothClosed, closesOf, sendingOn, type SocketEntry, until } from './socket-place.ts';

const NOT_OPEN = (state: number, name: string) => `WebSocket is not open: readyState ${state} (${name})`;

/** What `act` throws, or `nothing`. */
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
    async (place) => {
      const pair = await place.open();
      if (code === undefined) pair.server.close();
      else pair.server.close(code, 'why not ✓');
      await bothClosed(place, pair);
      return [pair.serverHeard, pair.clientHeard, pair.server.readyState, pair.client.readyState];
    },
    code === undefined
      ? [['close 1005 '], ['close 1005  clean'], 3, 3]
      : [[`close ${code} why not ✓`], [`close ${code} why not ✓ clean`], 3, 3],
  ]),
  ...[undefined, 1000, 3000, 4999].map((code): SocketEntry => [
    `the client closes with ${code ?? 'no code'}`,
    async (place) => {
      const pair = await place.open();
      if (code === undefined) pair.client.close();
      else pair.client.close(code, 'good bye');
      const state = pair.client.readyState;
      await bothClosed(place, pair);
      return [state, pair.serverHeard, pair.clientHeard, pair.server.readyState, pair.client.readyState];
    },
    code === undefined
      ? [2, ['close 1005 '], ['close 1005  clean'], 3, 3]
      : [2, [`close ${code} good bye`], [`close ${code} good bye clean`], 3, 3],
  ]),
  [
    'a code without a reason',
    async (place) => {
      const pair = await place.open();
      pair.server.close(4002);
      await bothClosed(place, pair);
      return [pair.serverHeard, pair.clientHeard];
    },
    [['close 4002 '], ['close 4002  clean']],
  ],
  [
    'codes and reasons that a server is refused leave the socket open',
    async (place) => {
      const pair = await place.open();
      const codes = [0, 999, 1004, 1005, 1006, 1015, 2999, 5000].map((code) => thrown(() => pair.server.close(code)));
      const reason = thrown(() => pair.server.close(1000, 'ß'.repeat(62)));
      const state = pair.server.readyState;
      pair.server.close(1000, 'x'.repeat(123));
      await bothClosed(place, pair);
      return [[...new Set(codes)], reason, state, closesOf(pair.clientHeard)];
    },
    [[REFUSED_CODE], REFUSED_REASON, 1, [`close 1000 ${'x'.repeat(123)} clean`]],
  ],
  [
    'a code that a client is refused leaves it open',
    async (place) => {
      const pair = await place.open();
      const isRefused = thrown(() => pair.client.close(2999)) !== 'nothing';
      pair.client.send('still here');
      await until(place, () => pair.serverHeard.length === 1);
      return [isRefused, pair.client.readyState, pair.serverHeard];
    },
    [true, 1, ['message still here']],
  ],
  [
    'what the server sent before it closed arrives before the end; nothing can be sent afterwards',
    async (place) => {
      const pair = await place.open();
      const sending = sendingOn(pair.server);
      for (const text of ['1', '2', '3']) sending.send(text);
      pair.server.close(1001, 'going');
      const state = pair.server.readyState;
      sending.send('too late');
      pair.server.send('too late, and nobody asks');
      pair.server.ping('too late');
      const inside = sending.told.length;
      await bothClosed(place, pair);
      return [state, inside, [...sending.told].sort(), pair.clientHeard];
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
    async (place) => {
      const pair = await place.open();
      for (const text of ['1', '2', '3']) pair.client.send(text);
      pair.client.close(4000);
      pair.client.send('too late');
      await bothClosed(place, pair);
      return pair.serverHeard;
    },
    ['message 1', 'message 2', 'message 3', 'close 4000 '],
  ],
  [
    'what the client sends until it hears that the server closes still arrives',
    async (place) => {
      const pair = await place.open();
      const pass = place.befall('partition', pair);
      pair.server.close(1012, 'restart');
      pair.client.send('crossing');
      await place.pause();
      pass();
      await bothClosed(place, pair);
      return [pair.serverHeard, pair.clientHeard];
    },
    [['message crossing', 'close 1012 restart'], ['close 1012 restart clean']],
  ],
  [
    'both close at once: each hears of the other',
    async (place) => {
      const pair = await place.open();
      const pass = place.befall('partition', pair);
      pair.server.close(4002, 'of the server');
      pair.client.close(4001, 'of the client');
      await place.pause();
      const between = [
        pair.server.readyState,
        pair.client.readyState,
        pair.serverHeard.length,
        pair.clientHeard.length,
      ];
      pass();
      await bothClosed(place, pair);
      return [between, pair.serverHeard, pair.clientHeard];
    },
    [[2, 2, 0, 0], ['close 4001 of the client'], ['close 4002 of the server clean']],
  ],
  [
    'a client that closes is told only when the server has answered',
    async (place) => {
      const pair = await place.open();
      const pass = place.befall('partition', pair);
      pair.client.close(4001);
      await place.pause();
      await place.pause();
      const between = [pair.client.readyState, pair.clientHeard.length];
      let serverState = 0;
      pair.server.on('close', () => (serverState = pair.server.readyState));
      pass();
      await bothClosed(place, pair);
      return [between, serverState, pair.clientHeard];
    },
    [[2, 0], 3, ['close 4001  clean']],
  ],
  [
    'whoever closes again is not heard',
    async (place) => {
      const pair = await place.open();
      pair.server.close(4001, 'first');
      pair.server.close(4002, 'second');
      const invalid = thrown(() => pair.server.close(999));
      await bothClosed(place, pair);
      pair.server.close(4003);
      pair.server.terminate();
      pair.client.close(4004);
      await place.pause();
      return [invalid, pair.serverHeard, pair.clientHeard];
    },
    ['nothing', ['close 4001 first'], ['close 4001 first clean']],
  ],
  [
    'sending on what is closed: an error to the callback, later, and silence without one',
    async (place) => {
      const pair = await place.open();
      pair.client.close(1000);
      await bothClosed(place, pair);
      const sending = sendingOn(pair.server);
      sending.send('x');
      const inside = sending.told.length;
      const silent = [
        thrown(() => pair.server.send('x')),
        thrown(() => pair.server.ping()),
        thrown(() => pair.client.send('x')),
      ];
      await until(place, () => sending.told.length === 1);
      return [inside, sending.told, silent];
    },
    [0, [`1 ${NOT_OPEN(3, 'CLOSED')}`], ['nothing', 'nothing', 'nothing']],
  ],
  [
    'what is sent on a closing socket counts as buffered and never leaves',
    async (place) => {
      const pair = await place.open();
      await place.pause();
      pair.server.close(1000);
      const before = pair.server.bufferedAmount;
      pair.server.send('12345');
      const grownBy = pair.server.bufferedAmount - before;
      await bothClosed(place, pair);
      return [grownBy, pair.server.bufferedAmount, pair.clientHeard];
    },
    [5, 5, ['close 1000  clean']],
  ],
  [
    'terminate: 1006 at both ends, the callbacks before it, no error',
    async (place) => {
      const pair = await place.open();
      const order: string[] = [];
      pair.server.on('close', () => order.push('close'));
      pair.server.send('x', () => order.push('called'));
      pair.server.terminate();
      const inside = [pair.server.readyState, pair.serverHeard.length];
      pair.server.terminate();
      await bothClosed(place, pair);
      await place.pause();
      return [inside, pair.serverHeard, closesOf(pair.clientHeard), order, pair.server.readyState];
    },
    [[2, 0], ['close 1006 '], ['close 1006  unclean'], ['called', 'close'], 3],
  ],
  [
    'terminate while closing',
    async (place) => {
      const pair = await place.open();
      const pass = place.befall('partition', pair);
      pair.server.close(1001);
      pair.server.terminate();
      await until(place, () => pair.serverHeard.length > 0);
      pass();
      await bothClosed(place, pair);
      return pair.serverHeard;
    },
    ['close 1006 '],
  ],
  [
    'what was read together is told to the end, also when a listener terminates in the middle',
    async (place) => {
      const pair = await place.open();
      const pass = place.befall('partition', pair);
      for (const text of ['1', '2', '3']) pair.client.send(text);
      await place.pause();
      pair.server.once('message', () => pair.server.terminate());
      pass();
      await bothClosed(place, pair);
      return pair.serverHeard;
    },
    ['message 1', 'message 2', 'message 3', 'close 1006 '],
  ],
  [
    'a listener that closes in the middle of frames',
    async (place) => {
      const pair = await place.open();
      pair.server.once('message', () => pair.server.close(4400, 'no'));
      for (const text of ['1', '2', '3']) pair.client.send(text);
      await bothClosed(place, pair);
      return [pair.serverHeard, pair.clientHeard];
    },
    [['message 1', 'message 2', 'message 3', 'close 4400 no'], ['close 4400 no clean']],
  ],
];
