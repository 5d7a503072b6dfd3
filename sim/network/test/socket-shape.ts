/** The contract of sockets: the members of a WebSocket beside its frames, and of its request. */
import type { ServerSocket } from '../../system/web-socket-types.ts';
import { bothClosed, closesOf, type SocketEntry, thrownBy, until } from './socket-target.ts';

/** Methods take values here that their types do not. */
type Loose = Readonly<Record<string, (...values: unknown[]) => void>>;

export const SOCKET_SHAPE: readonly SocketEntry[] = [
  [
    'attributes, event listeners and emitter listeners are called in the order of their registration',
    async (target) => {
      const { server, client } = await target.open();
      const order: string[] = [];
      const objectListener = { handleEvent: ({ data }: { data: unknown }) => order.push(`object ${String(data)}`) };
      server.on('message', (data: Buffer) => order.push(`on ${data.toString()}`));
      server.onmessage = ({ type, data, target: socket }) =>
        order.push(`attribute ${type} ${String(data)} ${socket === server}`);
      server.addEventListener('message', ({ data }) => order.push(`listener ${String(data)}`));
      server.addEventListener('message', objectListener);
      client.send('a');
      await until(target, () => order.length === 4);
      return order;
    },
    ['on a', 'attribute message a true', 'listener a', 'object a'],
  ],
  [
    'an attribute holds one handler, which can be replaced, read and removed',
    async (target) => {
      const { server, client, serverLog } = await target.open();
      const order: string[] = [];
      const first = () => order.push('first');
      const second = () => order.push('second');
      const before = server.onmessage;
      server.onmessage = first;
      server.onmessage = second;
      const held = server.onmessage === (second as unknown);
      client.send('a');
      await until(target, () => serverLog.length === 1);
      server.onmessage = null;
      server.onmessage = 7 as never;
      client.send('b');
      await until(target, () => serverLog.length === 2);
      return [before, held, order, server.onmessage, server.listenerCount('message')];
    },
    [null, true, ['second'], null, 1],
  ],
  [
    'a listener is added once, is removed by its function, and may be called once only',
    async (target) => {
      const { server, client, serverLog } = await target.open();
      const order: string[] = [];
      const kept = () => order.push('kept');
      const removed = () => order.push('removed');
      server.addEventListener('message', kept);
      server.addEventListener('message', kept);
      server.addEventListener('message', removed);
      server.addEventListener('message', () => order.push('once'), { once: true });
      server.removeEventListener('message', removed);
      server.removeEventListener('close', kept);
      server.addEventListener('nothing' as 'open', kept);
      client.send('a');
      await until(target, () => serverLog.length === 1);
      client.send('b');
      await until(target, () => serverLog.length === 2);
      return [order, server.listenerCount('nothing'), server.listenerCount('message')];
    },
    [['kept', 'once', 'kept'], 0, 2],
  ],
  [
    'a message event has text as a string, and bytes in the form of binaryType',
    async (target) => {
      const { server, client } = await target.open();
      const received: string[] = [];
      server.onmessage = ({ data }) =>
        received.push(typeof data === 'string' ? `string ${data}` : (data as object).constructor.name);
      client.send('a');
      (client as unknown as Loose)['send']?.(Buffer.from([1]));
      await until(target, () => received.length === 2);
      server.binaryType = 'arraybuffer';
      (client as unknown as Loose)['send']?.(Buffer.from([1]));
      await until(target, () => received.length === 3);
      return received;
    },
    ['string a', 'Buffer', 'ArrayBuffer'],
  ],
  [
    'a close event has code and reason, and is clean after a closing handshake',
    async (target) => {
      const [clean, broken] = [await target.open(), await target.open()];
      const events: unknown[] = [];
      clean.server.onclose = ({ type, code, reason, wasClean }) => events.push([type, code, reason, wasClean]);
      clean.client.close(4001, 'done');
      await bothClosed(target, clean);
      broken.server.addEventListener('close', ({ code, reason, wasClean }) => events.push([code, reason, wasClean]));
      broken.server.terminate();
      await bothClosed(target, broken);
      return events;
    },
    [
      ['close', 4001, 'done', true],
      [1006, '', false],
    ],
  ],
  [
    'an error event has the error and its message',
    async (target) => {
      const { server } = await target.open();
      const events: unknown[] = [];
      server.onerror = ({ type, message, error }) => events.push([type, message, error.name]);
      server.onopen = ({ type }) => events.push(type);
      server.emit('error', new RangeError('too much'));
      server.emit('open');
      return events;
    },
    [['error', 'too much', 'RangeError'], 'open'],
  ],
  [
    'pings and pongs carry data of any kind, and call back with null when they were sent',
    async (target) => {
      const { server, serverLog } = await target.open();
      const loose = server as unknown as Loose;
      const called: unknown[] = [];
      let inside = true;
      const callback = (...values: unknown[]) => called.push([...values, inside]);
      loose['ping']?.(Buffer.from('bytes'), false, callback);
      loose['ping']?.(7, callback);
      loose['ping']?.(callback);
      loose['pong']?.('text', undefined, callback);
      inside = false;
      await until(target, () => called.length === 4 && serverLog.length === 3);
      return [called, serverLog, server.bufferedAmount];
    },
    [Array.from({ length: 4 }, () => [null, false]), ['pong bytes', 'pong 7', 'pong '], 0],
  ],
  [
    'a pong that was not requested changes nothing',
    async (target) => {
      const { server, client, serverLog, clientLog } = await target.open();
      server.pong('x');
      server.send('after');
      await until(target, () => clientLog.length === 1);
      client.send('answer');
      await until(target, () => serverLog.length === 1);
      return [serverLog, clientLog];
    },
    [['message answer'], ['message after']],
  ],
  [
    'what cannot be sent is an error by name',
    async (target) => {
      const { server } = await target.open();
      const loose = server as unknown as Loose;
      return [
        thrownBy(() => server.ping('x'.repeat(126))),
        thrownBy(() => server.pong(Buffer.alloc(126))),
        thrownBy(() => server.close(1005)),
        thrownBy(() => loose['close']?.('1000')),
        thrownBy(() => server.close(1000, 'x'.repeat(124))),
        thrownBy(() => server.close(1000, Buffer.alloc(124))),
        thrownBy(() => loose['send']?.({})).replace(/\. Received.*/, ''),
        thrownBy(() => loose['send']?.(true)).replace(/\. Received.*/, ''),
        server.readyState,
      ];
    },
    [
      'RangeError: The data size must not be greater than 125 bytes',
      'RangeError: The data size must not be greater than 125 bytes',
      'TypeError: First argument must be a valid error code number',
      'TypeError: First argument must be a valid error code number',
      'RangeError: The message must not be greater than 123 bytes',
      'RangeError: The message must not be greater than 123 bytes',
      'TypeError: The first argument must be of type string or an instance of Buffer, ArrayBuffer, or Array or an Array-like Object',
      'TypeError: The first argument must be of type string or an instance of Buffer, ArrayBuffer, or Array or an Array-like Object',
      1,
    ],
  ],
  [
    'nothing and arrays of bytes are binary frames; a reason may be bytes',
    async (target) => {
      const pair = await target.open();
      const loose = pair.server as unknown as Loose;
      const sizes: number[] = [];
      const client = pair.client as unknown as {
        binaryType: string;
        onmessage: (event: { data: ArrayBuffer }) => void;
      };
      client.binaryType = 'arraybuffer';
      client.onmessage = ({ data }) => sizes.push(data.byteLength);
      loose['send']?.(null);
      loose['send']?.(undefined);
      loose['send']?.([1, 2, 3]);
      await until(target, () => sizes.length === 3);
      pair.server.close(4002, Buffer.from('bytes'));
      await bothClosed(target, pair);
      return [sizes, pair.serverLog, closesOf(pair.clientLog)];
    },
    [[0, 0, 3], ['close 4002 bytes'], ['close 4002 bytes clean']],
  ],
  [
    'after the end, pings, pongs and frames call back with an error and count as buffered',
    async (target) => {
      const pair = await target.open();
      pair.server.terminate();
      await bothClosed(target, pair);
      const errors: string[] = [];
      const callback = (error?: Error | null) => errors.push(error?.message ?? 'none');
      pair.server.ping('12', undefined, callback);
      pair.server.pong('345', undefined, callback);
      pair.server.send('6789', callback);
      const inside = errors.length;
      await until(target, () => errors.length === 3);
      return [inside, errors, pair.server.bufferedAmount];
    },
    [0, Array.from({ length: 3 }, () => 'WebSocket is not open: readyState 3 (CLOSED)'), 9],
  ],
  [
    'a paused socket receives nothing; afterwards everything arrives in order, the closing frame last',
    async (target) => {
      const pair = await target.open();
      pair.server.pause();
      const paused = pair.server.isPaused;
      pair.client.send('a');
      pair.client.send('b');
      pair.server.send('still sent');
      await until(target, () => pair.clientLog.length === 1);
      pair.client.close(4003);
      await target.pause();
      await target.pause();
      const waiting = [...pair.serverLog];
      const state = pair.server.readyState;
      pair.server.resume();
      pair.server.resume();
      await bothClosed(target, pair);
      pair.server.pause();
      return [paused, waiting, state, pair.serverLog, pair.server.isPaused];
    },
    [true, [], 1, ['message a', 'message b', 'close 4003 '], false],
  ],
  [
    'a paused socket can be terminated',
    async (target) => {
      const pair = await target.open();
      pair.server.pause();
      pair.server.terminate();
      await bothClosed(target, pair);
      return [pair.serverLog, pair.server.isPaused];
    },
    [['close 1006 '], true],
  ],
  [
    "a client's listeners may be objects, be called once, and be removed; nothing stays buffered",
    async (target) => {
      const { server, client, clientLog } = await target.open();
      const socket = client as unknown as ServerSocket;
      const order: string[] = [];
      const object = { handleEvent: ({ data }: { data: unknown }) => order.push(`object ${String(data)}`) };
      const removed = () => order.push('removed');
      const once = () => order.push('once');
      socket.addEventListener('message', once, { once: true });
      socket.addEventListener('message', once, { once: true });
      socket.addEventListener('message', object);
      socket.addEventListener('message', object);
      socket.addEventListener('message', removed, { once: true });
      socket.removeEventListener('message', removed);
      server.send('a');
      await until(target, () => clientLog.length === 1);
      socket.removeEventListener('message', object);
      server.send('b');
      client.send('c');
      await until(target, () => clientLog.length === 2);
      await target.pause();
      return [order, socket.bufferedAmount, socket.extensions];
    },
    [['once', 'object a'], 0, ''],
  ],
];
