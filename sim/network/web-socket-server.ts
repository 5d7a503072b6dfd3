/**
 * A WebSocket server in the shape of the `WebSocketServer` of `ws`. It emits `listening`,
 * `connection(socket, request)` and, after `close()`, `close`.
 *
 * As in `ws`, closing the server only refuses new connections. `close` is emitted when the last
 * connection has ended.
 */
import { EventEmitter } from 'node:events';
import type { ListenOptions, SimNode, ServerSocket, WebSocketServer } from '../system/types.ts';

/** The process, as the server sees it. */
export interface ListenPort {
  listen: SimNode['listen'];
  /** Refuses new connections from now on. */
  stopListening(): void;
  /** Runs `callback` in a separate event of the node. */
  later(callback: () => void): void;
}

export class SimulatedWebSocketServer extends EventEmitter implements WebSocketServer {
  readonly clients = new Set<ServerSocket>();
  readonly options: ListenOptions;
  readonly #port: ListenPort;
  #state: 'open' | 'closing' | 'closed' = 'open';

  constructor(port: ListenPort, options: ListenOptions) {
    super();
    this.#port = port;
    this.options = options;
    port.listen((socket, request) => {
      this.clients.add(socket);
      // Registered before the system's listeners, which then see `clients` up to date.
      socket.once('close', () => this.#gone(socket));
      this.emit('connection', socket, request);
    }, options);
    port.later(() => this.emit('listening'));
  }

  close(callback?: (error?: Error) => void): void {
    if (this.#state === 'closed') {
      // As in `ws`, which emits `close` again.
      if (callback !== undefined) this.once('close', () => callback(new Error('The server is not running')));
      this.#port.later(() => this.emit('close'));
      return;
    }
    if (callback !== undefined) this.once('close', callback);
    if (this.#state === 'closing') return;
    this.#state = 'closing';
    this.#port.stopListening();
    if (this.clients.size === 0) this.#port.later(() => this.#closed());
  }

  #gone(socket: ServerSocket): void {
    this.clients.delete(socket);
    if (this.#state === 'closing' && this.clients.size === 0) this.#port.later(() => this.#closed());
  }

  #closed(): void {
    this.#state = 'closed';
    this.emit('close');
  }
}
