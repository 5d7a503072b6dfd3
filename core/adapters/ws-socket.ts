import type { Socket, SocketListener } from '../ports.ts';
import { SocketNotOpenError } from '../ports.ts';

/**
 * The used part of a `ws` WebSocket. Emits `message(data, isBinary)`, `pong()`, `close(code,
 * reason)`, `error(error)`.
 */
export interface WebSocketLike {
  readonly OPEN: number;
  readonly readyState: number;
  readonly bufferedAmount: number;
  readonly protocol: string;
  // `any` as in the signature of Node's event emitter.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  on(event: string, listener: (...parameters: any[]) => void): unknown;
  send(data: string, callback: (error?: Error | null) => void): void;
  ping(): void;
  close(code: number, reason: string): void;
  terminate(): void;
}

/** The port of an accepted `ws` connection. */
export function wsSocket(webSocket: WebSocketLike, remoteAddress: string): Socket {
  // `close` always follows. Without a listener the error would crash the process.
  webSocket.on('error', () => undefined);
  const assertOpen = (): void => {
    if (webSocket.readyState !== webSocket.OPEN) throw new SocketNotOpenError('the socket is not open');
  };
  return {
    remoteAddress,
    protocol: webSocket.protocol,
    get bufferedBytes() {
      return webSocket.bufferedAmount;
    },
    attach: (listener) => {
      listen(webSocket, listener);
    },
    send: (text, onSent) => {
      assertOpen();
      webSocket.send(text, (error) => {
        onSent(error ?? null);
      });
    },
    ping: () => {
      assertOpen();
      webSocket.ping();
    },
    close: (code, reason) => {
      webSocket.close(code, reason);
    },
    terminate: () => {
      webSocket.terminate();
    },
  };
}

function listen(webSocket: WebSocketLike, listener: SocketListener): void {
  webSocket.on('message', (data: { toString(): string }, isBinary: boolean) => {
    if (isBinary) listener.onBinary();
    else listener.onMessage(data.toString());
  });
  webSocket.on('pong', () => {
    listener.onPong();
  });
  webSocket.on('close', (code: number) => {
    listener.onClose(code);
  });
}
