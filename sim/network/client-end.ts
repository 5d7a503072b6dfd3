/**
 * The client's end of a connection: a real mock-socket WebSocket, with the W3C interface that browser code is written against.
 *
 * One URL for each connection, since mock-socket's closing costs time in proportion to the connections of a URL.
 * mock-socket answers pings nowhere and keeps its servers in one global table: the connection answers pings for it, and `release` takes it
 * out of the table. It also takes a closing handshake for done as soon as it is begun: here a client is told of the end when there is one.
 */
import { Server, WebSocket } from 'mock-socket';
import type { ClientSocket } from './client-socket.ts';
import { arrayBufferOf, bytesOf, type Payload } from './payload.ts';

export interface ClientEndEvents {
  onOpen(): void;
  onPayload(payload: Payload): void;
  /** Once, when the client's closing frame leaves it, behind everything that it has sent. */
  onClosing(code: number, reason: string): void;
  /** Once. What `close` was called with. */
  onClose(code: number, reason: string): void;
}

/** The server's handle of a client in mock-socket: `on`, and a `close` that takes any code. */
interface Peer {
  send(data: string | ArrayBuffer | Blob): void;
  close(options: { code: number; reason: string }): void;
  on(event: 'message', listener: (data: string | ArrayBuffer) => void): void;
}

/** Takes the place of the closing frame among what a client sends. It is never sent by anybody else. */
const CLOSING_FRAME = new ArrayBuffer(0);

/** What mock-socket does with a `close` on a socket that is closed: it looks at code and reason, and throws when they are not allowed. */
const CLOSED = { readyState: WebSocket.CLOSED };

export class ClientEnd {
  readonly socket: WebSocket;
  readonly #server: Server;
  #peer: Peer | null = null;
  /** Told before the socket was open: mock-socket has nobody to tell until then. */
  #closeWhenOpen: { code: number; reason: string } | null = null;
  /** What the client's closing frame says. */
  #closing: { readonly code: number; readonly reason: string } | null = null;
  #closed = false;
  #released = false;

  constructor(url: string, protocol: string, events: ClientEndEvents) {
    this.#server = new Server(url, { mock: false });
    this.#server.on('connection', (socket) => {
      const peer = socket as unknown as Peer;
      this.#peer = peer;
      let isClosing = false;
      // What a client sends when it is closing already goes nowhere.
      peer.on('message', (data) => {
        if (this.#released || isClosing) return;
        isClosing = data === CLOSING_FRAME;
        if (!isClosing) events.onPayload(typeof data === 'string' ? data : Buffer.from(data));
        else if (this.#closing !== null) events.onClosing(this.#closing.code, this.#closing.reason);
      });
      events.onOpen();
      if (this.#closeWhenOpen !== null) this.close(this.#closeWhenOpen.code, this.#closeWhenOpen.reason);
    });
    this.socket = new WebSocket(url, protocol === '' ? [] : protocol);
    this.socket.send = withViews(this.socket.send);
    this.socket.close = (code, reason) => {
      Reflect.apply(WebSocket.prototype.close, CLOSED, [code, reason]);
      this.beginClosing(code ?? 1005, reason ?? '');
    };
    // Before all other listeners: mock-socket takes only some codes for those of a clean end, and leaves the reason out where there is none.
    this.socket.addEventListener('close', ((event: { code: number; reason?: string; wasClean: boolean }) => {
      event.reason ??= '';
      event.wasClean = event.code !== 1006;
      this.release();
      events.onClose(event.code, event.reason);
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

  /** The client wants to close, or has to answer the node's closing frame: its own goes out behind what it has sent. */
  beginClosing(code: number, reason: string): void {
    if (!this.isOpen) return;
    this.#closing = { code, reason };
    Reflect.apply(WebSocket.prototype.send, this.socket, [CLOSING_FRAME]);
    (this.socket as { readyState: number }).readyState = WebSocket.CLOSING;
  }

  /** The connection is down: the client's `close` event follows in 4 ms. */
  close(code: number, reason: string): void {
    if (this.#peer === null) {
      this.#closeWhenOpen ??= { code, reason };
      return;
    }
    if (this.#closed) return;
    this.#closed = true;
    this.#peer.close({ code, reason });
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#server.stop();
  }
}

/**
 * The socket as actors see it. Its declared type differs from ours in the events only: those of mock-socket are typed as
 * events of lib.dom, of which it implements the part that we declare.
 */
export function clientSocketOf({ socket }: ClientEnd): ClientSocket {
  return socket as unknown as ClientSocket;
}

/** mock-socket makes text of views of buffers, and keeps buffers without copying them. */
function withViews(send: WebSocket['send']): WebSocket['send'] {
  return function (this: WebSocket, data) {
    if (data instanceof Blob) throw new TypeError('a simulated client sends strings, buffers, and views of buffers');
    const bytes = bytesOf(data);
    send.call(this, bytes === null ? data : arrayBufferOf(bytes));
  };
}
