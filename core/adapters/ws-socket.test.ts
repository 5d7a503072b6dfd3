import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import { type Socket, SocketNotOpenError } from '../ports.ts';
import { wsSocket } from './ws-socket.ts';

class FakeWebSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 7;
  readonly protocol = 'p';
  readonly calls: unknown[] = [];
  send(data: string, callback: (error?: Error) => void): void {
    this.calls.push(['send', data]);
    queueMicrotask(() => callback());
  }
  ping(): void {
    this.calls.push(['ping']);
  }
  close(code: number, reason: string): void {
    this.calls.push(['close', code, reason]);
  }
  terminate(): void {
    this.calls.push(['terminate']);
  }
}

function build() {
  const webSocket = new FakeWebSocket();
  const socket = wsSocket(webSocket, '192.0.2.1');
  const heard: unknown[] = [];
  socket.attach(
    {
      onMessage: (list, text) => void list.push(text),
      onBinary: (list) => void list.push('binary!'),
      onPong: (list) => void list.push('pong!'),
      onClose: (list, code) => void list.push(code),
    },
    heard,
  );
  return { webSocket, socket, heard };
}

describe('wsSocket', () => {
  test('passes on text, pongs and the close code', () => {
    const { webSocket, socket, heard } = build();
    webSocket.emit('message', Buffer.from('héllo'), false);
    webSocket.emit('pong', Buffer.alloc(0));
    webSocket.emit('close', 1001, Buffer.alloc(0));
    expect(heard).toEqual(['héllo', 'pong!', 1001]);
    expect(socket.bufferedBytes).toBe(7);
  });

  test('calls onSent once, later, without an error', async () => {
    const { socket } = build();
    const answers: unknown[] = [];
    socket.send('x', (error) => void answers.push(error));
    expect(answers).toEqual([]);
    await Promise.resolve();
    expect(answers).toEqual([undefined]);
  });

  test.each([0, 2, 3])('throws in state %d, and sends nothing', (readyState) => {
    const { webSocket, socket } = build();
    webSocket.readyState = readyState;
    expect(() => socket.send('x', () => undefined)).toThrow(SocketNotOpenError);
    expect(() => socket.ping()).toThrow(SocketNotOpenError);
    expect(webSocket.calls).toEqual([]);
  });

  test('reports a binary frame without its content', () => {
    const { webSocket, heard } = build();
    webSocket.emit('message', Buffer.from([1]), true);
    expect(heard).toEqual(['binary!']);
  });

  test('survives an error, which `close` follows', () => {
    const { webSocket, heard } = build();
    webSocket.emit('error', new Error('reset'));
    webSocket.emit('close', 1006, Buffer.alloc(0));
    expect(heard).toEqual([1006]);
  });

  test('is in the set of open ports until it has closed', () => {
    const open = new Set<Socket>();
    const webSocket = new FakeWebSocket();
    const socket = wsSocket(webSocket, '192.0.2.1', open);
    const other = wsSocket(new FakeWebSocket(), '192.0.2.1', open);
    socket.close(1000, '');
    expect(open).toEqual(new Set([socket, other]));
    webSocket.emit('close', 1000, Buffer.alloc(0));
    expect(open).toEqual(new Set([other]));
  });
});
