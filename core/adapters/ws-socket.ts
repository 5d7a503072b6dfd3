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

/**
 * The port of an accepted `ws` connection.
 *
 * @param open contains the port until the connection has closed
 */
export function wsSocket(webSocket: WebSocketLike, remoteAddress: string, open?: Set<Socket>): Socket {
  return new WsSocket(webSocket, remoteAddress, open);
}

/**
 * The property of a `ws` connection with its port, so that all connections share their listeners:
 * closures for each would take 250 bytes.
 */
const PORT = Symbol('port');
type Attached = WebSocketLike & { [PORT]: WsSocket };

/** A class: an object with closures and a getter takes three times the memory. */
class WsSocket implements Socket {
  readonly remoteAddress: string;
  listener: SocketListener<unknown> | null = null;
  owner: unknown = null;
  readonly open: Set<Socket> | undefined;
  readonly #webSocket: WebSocketLike;

  constructor(webSocket: WebSocketLike, remoteAddress: string, open?: Set<Socket>) {
    this.remoteAddress = remoteAddress;
    this.open = open;
    this.#webSocket = webSocket;
    (webSocket as Attached)[PORT] = this;
    open?.add(this);
    // `close` always follows. Without a listener the error would crash the process.
    webSocket.on('error', ignore);
    webSocket.on('message', onMessage);
    webSocket.on('pong', onPong);
    webSocket.on('close', onClose);
  }

  get protocol(): string {
    return this.#webSocket.protocol;
  }

  get bufferedBytes(): number {
    return this.#webSocket.bufferedAmount;
  }

  attach<Owner>(listener: SocketListener<Owner>, owner: Owner): void {
    this.listener = listener;
    this.owner = owner;
  }

  send(text: string, onSent: (error?: Error | null) => void): void {
    this.#assertOpen();
    this.#webSocket.send(text, onSent);
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

// An event emitter calls its listeners with itself as `this`.

function onMessage(this: Attached, data: { toString(): string }, isBinary: boolean): void {
  const { listener, owner } = this[PORT];
  if (isBinary) listener?.onBinary(owner);
  else listener?.onMessage(owner, data.toString());
}

function onPong(this: Attached): void {
  const { listener, owner } = this[PORT];
  listener?.onPong(owner);
}

function onClose(this: Attached, code: number): void {
  const port = this[PORT];
  port.open?.delete(port);
  port.listener?.onClose(port.owner, code);
}
