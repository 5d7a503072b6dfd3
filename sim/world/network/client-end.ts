/**
 * The client's end of a connection: a real mock-socket WebSocket, with the W3C interface that browser code is written against.
 *
 * One URL for each connection, since mock-socket's closing costs time in proportion to the connections of a URL.
 * mock-socket answers pings nowhere and keeps its servers in one global table: the connection answers pings for it, and `release` takes it
 * out of the table.
 */
import { Server, WebSocket } from 'mock-socket';
import { arrayBufferOf, bytesOf, type Payload } from './payload.ts';

export interface ClientEndEvents {
  onOpen(): void;
  onPayload(payload: Payload): void;
  /** Once. What the client gave, or what `close` was called with. */
  onClose(code: number, reason: string): void;
}

/** The server's handle of a client in mock-socket: `on`, and a `close` that takes any code. */
interface Peer {
  send(data: string | ArrayBuffer | Blob): void;
  close(options: { code: number; reason: string }): void;
  on(event: 'message', listener: (data: string | ArrayBuffer) => void): void;
}

export class ClientEnd {
  readonly socket: WebSocket;
  readonly #server: Server;
  #peer: Peer | null = null;
  /** Told before the socket was open: mock-socket has nobody to tell until then. */
  #closeWhenOpen: { code: number; reason: string } | null = null;
  #released = false;

  constructor(url: string, protocol: string, events: ClientEndEvents) {
    this.#server = new Server(url, { mock: false });
    this.#server.on('connection', (socket) => {
      const peer = socket as unknown as Peer;
      this.#peer = peer;
      // What a client sends when it is closing already goes nowhere.
      peer.on('message', (data) => {
        if (!this.#released) events.onPayload(typeof data === 'string' ? data : Buffer.from(data));
      });
      events.onOpen();
      if (this.#closeWhenOpen !== null) this.close(this.#closeWhenOpen.code, this.#closeWhenOpen.reason);
    });
    this.socket = new WebSocket(url, protocol === '' ? [] : protocol);
    this.socket.send = withViews(this.socket.send);
    this.socket.addEventListener('close', ((event: { code: number; reason: string | undefined }) => {
      this.release();
      events.onClose(event.code, event.reason ?? '');
    }) as never);
  }

  get released(): boolean {
    return this.#released;
  }

  /** Whether the client still listens. */
  get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  /** Hands a frame to the client's listeners, now. */
  deliver(payload: Payload): void {
    if (!this.isOpen) return;
    if (typeof payload === 'string') this.#peer?.send(payload);
    else this.#peer?.send(this.socket.binaryType === 'blob' ? new Blob([payload]) : arrayBufferOf(payload));
  }

  /** Tells the client that the connection is closed, unless it closes it itself by now; its `close` event follows in 4 ms. */
  close(code: number, reason: string): void {
    if (this.#peer === null) this.#closeWhenOpen ??= { code, reason };
    else if (this.isOpen) this.#peer.close({ code, reason });
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#server.stop();
  }
}

/** mock-socket makes text of views of buffers, and keeps buffers without copying them. */
function withViews(send: WebSocket['send']): WebSocket['send'] {
  return function (this: WebSocket, data) {
    if (data instanceof Blob) throw new TypeError('a simulated client sends strings, buffers, and views of buffers');
    const bytes = bytesOf(data);
    send.call(this, bytes === null ? data : arrayBufferOf(bytes));
  };
}
