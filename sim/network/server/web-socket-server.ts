/**
 * A WebSocket server in the shape of the `WebSocketServer` of `ws`. It emits `listening`,
 * `headers(headers, request)`, `connection(socket, request)` and, after `close()`, `close`.
 * Handling an upgrade needs a socket of bytes, so it is refused by name.
 *
 * As in `ws`, closing the server only refuses new connections. `close` is emitted when the last
 * connection has ended.
 */
import { createHash } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type {
  BoundAddress,
  ServerSocket,
  UpgradeRequest,
  VerifyResult,
  WebSocketServer,
  WebSocketServerOptions,
} from '../../system/web-socket-types.ts';
import { chooseProtocol, type Decision, type Listener } from '../host.ts';
import { refuseMembers, type Refuse } from '../../system/refused-members.ts';
import { type ServerOptions, serverOptions } from './server-options.ts';

/** The process, as the server sees it. */
export interface ListenPort {
  readonly address: BoundAddress;
  listen(listener: Listener): void;
  /** Refuses new connections from now on. */
  stopListening(): void;
  /** Runs `callback` in a separate event of the node. */
  later(callback: () => void): void;
  readonly refuse: Refuse;
}

type Answer = (decision: Decision) => void;

/** Of RFC 6455, section 1.3. */
const KEY_SUFFIX = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

export class SimulatedWebSocketServer extends EventEmitter implements WebSocketServer {
  /** Absent without `clientTracking`, as in `ws`. */
  declare readonly clients: Set<ServerSocket>;
  readonly options: ServerOptions;
  readonly #port: ListenPort;
  readonly #open = new Set<ServerSocket>();
  #state: 'open' | 'closing' | 'closed' = 'open';

  constructor(port: ListenPort, options: WebSocketServerOptions) {
    super();
    this.#port = port;
    this.options = serverOptions(options, port.refuse);
    if (this.options.clientTracking) this.clients = this.#open;
    port.listen({
      decide: (request, offered, answer) => this.#decide(request, offered, answer),
      accept: (socket, request) => {
        this.#open.add(socket);
        // Registered before the system's listeners, which then see `clients` up to date.
        socket.once('close', () => this.#gone(socket));
        this.emit('connection', socket, request);
      },
    });
    port.later(() => this.emit('listening'));
  }

  static refuseOf(server: SimulatedWebSocketServer): Refuse {
    return server.#port.refuse;
  }

  /** Null once the server closes, as in `ws`. */
  address(): BoundAddress | null {
    return this.#state === 'open' ? this.#port.address : null;
  }

  /** May be replaced, as in `ws`. */
  shouldHandle(request: UpgradeRequest): boolean {
    const { path } = this.options;
    return !path || request.url.split('?', 1)[0] === path;
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
    if (this.#open.size === 0) this.#port.later(() => this.#closed());
  }

  /** The checks of `ws`, in its order. */
  #decide(request: UpgradeRequest, offered: readonly string[], answer: Answer): void {
    if (!this.shouldHandle(request)) {
      answer({ status: 400 });
      return;
    }
    const { verifyClient } = this.options;
    if (!verifyClient) {
      this.#complete(request, offered, answer);
      return;
    }
    const info = { origin: request.headers['origin'], secure: false, req: request };
    if (verifyClient.length === 2) {
      const decided: VerifyResult = (isVerified, status) => {
        // As in `ws`, a connection that has ended is not upgraded.
        if (request.socket.destroyed) return;
        if (isVerified) this.#complete(request, offered, answer);
        else answer({ status: status || 401 });
      };
      verifyClient(info, decided);
    } else if (verifyClient(info, () => undefined)) this.#complete(request, offered, answer);
    else answer({ status: 401 });
  }

  #complete(request: UpgradeRequest, offered: readonly string[], answer: Answer): void {
    if (this.#state !== 'open') {
      answer({ status: 503 });
      return;
    }
    const protocol = offered.length === 0 ? '' : this.#protocolOf(request, offered);
    if (this.listenerCount('headers') > 0) this.emit('headers', headersOf(request, protocol), request);
    answer({ protocol, closeTimeoutMs: this.options.closeTimeout });
  }

  #protocolOf(request: UpgradeRequest, offered: readonly string[]): string {
    const { handleProtocols, protocols } = this.options;
    if (handleProtocols) return handleProtocols(new Set(offered), request) || '';
    return chooseProtocol(offered, protocols);
  }

  #gone(socket: ServerSocket): void {
    this.#open.delete(socket);
    if (this.#state === 'closing' && this.#open.size === 0) this.#port.later(() => this.#closed());
  }

  #closed(): void {
    this.#state = 'closed';
    this.emit('close');
  }
}

refuseMembers(
  SimulatedWebSocketServer.prototype,
  'server',
  {
    methods: ['completeUpgrade', 'handleUpgrade', '_removeListeners'],
    values: ['_server', '_shouldEmitClose', '_state'],
  },
  SimulatedWebSocketServer.refuseOf,
);

/** The lines of the answer that listeners of `headers` may read and change. No client sees them. */
function headersOf({ headers }: UpgradeRequest, protocol: string): string[] {
  const digest = createHash('sha1').update(`${headers['sec-websocket-key']}${KEY_SUFFIX}`).digest('base64');
  const lines = [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${digest}`,
  ];
  if (protocol !== '') lines.push(`Sec-WebSocket-Protocol: ${protocol}`);
  return lines;
}
