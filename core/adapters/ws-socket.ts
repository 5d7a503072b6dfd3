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
  return new WsSocket(webSocket, remoteAddress);
}

/** A class: an object with closures and a getter takes three times the memory. */
class WsSocket implements Socket {
  readonly remoteAddress: string;
  readonly protocol: string;
  readonly #webSocket: WebSocketLike;

  constructor(webSocket: WebSocketLike, remoteAddress: string) {
    this.remoteAddress = remoteAddress;
    this.protocol = webSocket.protocol;
    this.#webSocket = webSocket;
    // `close` always follows. Without a listener the error would crash the process.
    webSocket.on('error', ignore);
  }

  get bufferedBytes(): number {
    return this.#webSocket.bufferedAmount;
  }

  attach(listener: SocketListener): void {
    listen(this.#webSocket, listener);
  }

  send(text: string, onSent: (error: Error | null) => void): void {
    this.#assertOpen();
    this.#webSocket.send(text, (error) => {
      onSent(error ?? null);
    });
  }

  ping(): void {
    this.#assertOpen();
    this.#webSocket.ping();
  }

  close(code: number, reason: string): void {
    this.#webSocket.close(code, reason);
  }

  terminate(): void {
    this.#webSocket.terminate();
  }

  #assertOpen(): void {
    if (this.#webSocket.readyState !== this.#webSocket.OPEN) throw new SocketNotOpenError('the socket is not open');
  }
}

/** One function for all connections. */
export function ignore(): void {
  // Nothing.
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
