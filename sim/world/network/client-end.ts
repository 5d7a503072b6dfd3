/**
 * The client's end of a connection: a real mock-socket WebSocket, with the W3C interface that browser code is written against.
 *
 * One URL for each connection, since mock-socket's closing costs time in proportion to the connections of a URL.
 * mock-socket answers pings nowhere and keeps its servers in one global table: the connection answers pings for it, and `release` takes it
 * out of the table.
 */
import { Server, WebSocket } from 'mock-socket';

export interface ClientEndEvents {
  onOpen(): void;
  onText(text: string): void;
  /** Once. `code` is what the client gave, or what `close` was called with. */
  onClose(code: number): void;
}

/** The server's handle of a client in mock-socket: `on`, and a `close` that takes any code. */
interface Peer {
  send(text: string): void;
  close(options: { code: number; reason: string }): void;
  on(event: 'message', listener: (text: string) => void): void;
  on(event: 'close', listener: (event: { code: number }) => void): void;
}

export class ClientEnd {
  readonly socket: WebSocket;
  readonly #server: Server;
  #peer: Peer | null = null;
  #released = false;

  constructor(url: string, events: ClientEndEvents) {
    this.#server = new Server(url, { mock: false });
    this.#server.on('connection', (socket) => {
      const peer = socket as unknown as Peer;
      this.#peer = peer;
      peer.on('message', (text) => events.onText(text));
      events.onOpen();
    });
    this.socket = new WebSocket(url);
    this.socket.addEventListener('close', ((event: { code: number }) => {
      this.release();
      events.onClose(event.code);
    }) as never);
  }

  get released(): boolean {
    return this.#released;
  }

  /** Hands a frame to the client's listeners, now. */
  deliver(text: string): void {
    if (this.socket.readyState === WebSocket.OPEN) this.#peer?.send(text);
  }

  /** Tells the client that the connection is closed; its `close` event follows in 4 ms. */
  close(code: number, reason: string): void {
    if (this.socket.readyState <= WebSocket.OPEN) this.#peer?.close({ code, reason });
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#server.stop();
  }
}
