/**
 * A server of WebSockets in the shape of the `WebSocketServer` of `ws`, for what asks for one: it emits `listening`, `connection(socket, request)`
 * and, after `close()`, `close`.
 *
 * As in `ws`, closing it only keeps new connections out: those that there are live on, and `close` is emitted when the last of them has gone.
 */
import { EventEmitter } from 'node:events';
import type { ListenOptions, SimNode, ServerSocket, WebSocketServer } from '../system/types.ts';

/** What it asks of the process that it belongs to. */
export interface ListenPort {
  listen: SimNode['listen'];
  /** New connections are refused from now on. */
  stopListening(): void;
  /** Runs `callback` in an event of the node's own. */
  later(callback: () => void): void;
}

export class SimulatedWebSocketServer extends EventEmitter implements WebSocketServer {
  readonly clients = new Set<ServerSocket>();
  readonly options: ListenOptions;
  readonly #port: ListenPort;
  #state: 'open' | 'closing' | 'closed' = 'open';

  constructor(door: ListenPort, options: ListenOptions) {
    super();
    this.#port = door;
    this.options = options;
    door.listen((socket, request) => {
      this.clients.add(socket);
      // Before the system can listen: `clients` is up to date when it hears of it.
      socket.once('close', () => this.#gone(socket));
      this.emit('connection', socket, request);
    }, options);
    door.later(() => this.emit('listening'));
  }

  close(callback?: (error?: Error) => void): void {
    if (this.#state === 'closed') {
      // As `ws` has it, which says `close` once more.
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
