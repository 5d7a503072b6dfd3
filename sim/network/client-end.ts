/**
 * The client's end of a connection: a real mock-socket WebSocket, with the W3C interface that
 * browser code is written against.
 *
 * mock-socket differs from a browser, and this file makes up for it.
 * - Closing a socket takes time in proportion to the connections of its URL. So each connection has
 *   a separate URL.
 * - It keeps servers in a global table. `release` removes the server of this connection.
 * - It takes a closing handshake for complete when it begins. Here the client's `close` event comes
 *   when the connection has ended.
 * - It does not answer pings. The link does.
 */
import { Server, WebSocket } from 'mock-socket';
import type { ClientSocket } from './client-socket.ts';
import { MockClient } from './mock-client.ts';
import { arrayBufferOf, type Payload } from './payload.ts';
import type { Refuse } from '../system/refused-members.ts';

export interface ClientEndEvents {
  onOpen(): void;
  onPayload(payload: Payload): void;
  /** Called once, when the client's closing frame leaves, behind everything that it has sent. */
  onClosing(code: number, reason: string): void;
  /** Called once, with the code and reason given to `close`. */
  onClose(code: number, reason: string): void;
}

/** mock-socket's server-side handle of a client. */
interface Peer {
  send(data: string | ArrayBuffer | Blob): void;
  close(options: { code: number; reason: string }): void;
  on(event: 'message', listener: (data: string | ArrayBuffer) => void): void;
}

/** Marks the closing frame among the messages that a client sends. Compared by identity. */
const CLOSING_FRAME = new ArrayBuffer(0);

export class ClientEnd {
  readonly socket: MockClient;
  readonly #server: Server;
  #peer: Peer | null = null;
  /**
   * Set when the connection ends before the socket is open, which mock-socket cannot report yet.
   */
  #closeWhenOpen: { code: number; reason: string } | null = null;
  /** Code and reason of the client's closing frame. */
  #closing: { readonly code: number; readonly reason: string } | null = null;
  #closed = false;
  #released = false;
  /** Bytes of frames that the client sent and that have not left. */
  #bufferedBytes = 0;

  constructor(url: string, protocol: string, refuse: Refuse, events: ClientEndEvents) {
    this.#server = new Server(url, { mock: false });
    this.#server.on('connection', (socket) => {
      const peer = socket as unknown as Peer;
      this.#peer = peer;
      let isClosing = false;
      // Frames behind the closing frame go nowhere.
      peer.on('message', (data) => {
        if (this.#released || isClosing) return;
        isClosing = data === CLOSING_FRAME;
        if (!isClosing) {
          const payload = typeof data === 'string' ? data : Buffer.from(data);
          this.#bufferedBytes -= Buffer.byteLength(payload);
          events.onPayload(payload);
        } else if (this.#closing !== null) events.onClosing(this.#closing.code, this.#closing.reason);
      });
      events.onOpen();
      if (this.#closeWhenOpen !== null) this.close(this.#closeWhenOpen.code, this.#closeWhenOpen.reason);
    });
    this.socket = new MockClient(url, protocol, {
      bufferedBytes: () => this.#bufferedBytes,
      onSend: (bytes) => (this.#bufferedBytes += bytes),
      onClose: (code, reason) => this.beginClosing(code, reason),
      refuse,
    });
    // Runs before all other listeners. mock-socket omits an empty reason, and counts only some
    // codes as clean.
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

  /** Whether the client still receives frames. */
  get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  /** Delivers a frame to the client's listeners, within the call. */
  deliver(payload: Payload): void {
    if (!this.isOpen) return;
    if (typeof payload === 'string') this.#peer?.send(payload);
    else this.#peer?.send(this.socket.binaryType === 'blob' ? new Blob([payload]) : arrayBufferOf(payload));
  }

  /**
   * Sends the client's closing frame, behind everything that it has sent: to close, or to answer
   * the node's.
   */
  beginClosing(code: number, reason: string): void {
    if (!this.isOpen) return;
    this.#closing = { code, reason };
    Reflect.apply(WebSocket.prototype.send, this.socket, [CLOSING_FRAME]);
    (this.socket as { readyState: number }).readyState = WebSocket.CLOSING;
  }

  /** The connection has ended: the client's `close` event follows after 4 ms. */
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
 * The socket as actors see it. Its declared type differs from ours in the events only: those of
 * mock-socket are typed as events of lib.dom, of which it implements the part that we declare.
 */
export function clientSocketOf({ socket }: ClientEnd): ClientSocket {
  return socket as unknown as ClientSocket;
}
