/**
 * The connections of an HTTP server, and the timeouts of their requests, in virtual time.
 *
 * Node keeps a list in native code that measures real time, and a real timer that asks it. The list
 * is still used to find idle connections, but its order depends on real time and on addresses in
 * memory, so it is put into the order of the connections.
 */
import http from 'node:http';
import type { Socket } from 'node:net';
import type { AmbientHost } from '../../system/image.ts';
import type { TcpStack } from '../../system/tcp.ts';
import { symbolOf } from './http-classes.ts';

interface Parser {
  readonly socket: ServedSocket;
  [index: number]: unknown;
  constructor: { kOnMessageBegin: number };
}

interface ConnectionsList {
  all(): Parser[];
  idle(): Parser[];
}

interface ServedSocket extends Socket {
  parser?: Parser | null;
  _httpMessage?: { finished: boolean } | null;
}

/** What is known of the request that a connection is receiving. */
interface Receiving {
  readonly number: number;
  /** Virtual time at which its first byte arrived; null between requests. */
  sinceMs: number | null;
  hasHeaders: boolean;
  /** The first byte of its first request has arrived. */
  hasBegun: boolean;
}

interface ServerInside extends http.Server {
  connectionsCheckingInterval?: number;
}

const sample = sampleServer();
const CONNECTIONS = symbolOf(sample, 'http.server.connections');
const List = (sample as unknown as Record<symbol, { constructor: new () => ConnectionsList }>)[CONNECTIONS]
  ?.constructor;

/** Node's listener of `listening`, which starts the real timer. */
const START_TRACKING = 'setupConnectionsTracking';

export class HttpConnections {
  readonly #server: http.Server;
  readonly #host: AmbientHost;
  readonly #stack: () => TcpStack;
  readonly #receiving = new Map<Socket, Receiving>();
  #count = 0;
  #checking: { cancel(): void } | null = null;

  /** Replaces the tracking of a server that was just made. */
  constructor(server: http.Server, host: AmbientHost, stack: () => TcpStack) {
    this.#server = server;
    this.#host = host;
    this.#stack = stack;
    for (const listener of server.listeners('listening'))
      if (listener.name === START_TRACKING) server.removeListener('listening', listener as () => void);
    server.on('listening', function setupConnectionsTracking(this: http.Server) {
      connectionsOf(server).start();
    });
    TRACKED.set(server, this);
  }

  start(): void {
    if (List === undefined) return;
    const inside = this.#server as unknown as Record<symbol, unknown>;
    inside[CONNECTIONS] ??= new List();
    this.#checkLater();
  }

  stop(): void {
    this.#checking?.cancel();
    this.#checking = null;
  }

  /** A connection was accepted, and has its parser. */
  add(socket: ServedSocket): void {
    this.#count += 1;
    const receiving: Receiving = { number: this.#count, sinceMs: null, hasHeaders: false, hasBegun: false };
    this.#receiving.set(socket, receiving);
    socket.once('close', () => this.#receiving.delete(socket));
    const { parser } = socket;
    if (parser === null || parser === undefined) return;
    receiving.sinceMs = this.#host.monotonicMs();
    parser[parser.constructor.kOnMessageBegin] = () => {
      receiving.sinceMs = this.#host.monotonicMs();
      receiving.hasHeaders = false;
      receiving.hasBegun = true;
    };
  }

  /** The headers of a request have arrived. */
  headersArrived(request: http.IncomingMessage): void {
    const receiving = this.#receiving.get(request.socket);
    if (receiving === undefined) return;
    receiving.hasHeaders = true;
    const ended = (): void => {
      if (request.complete) receiving.sinceMs = null;
    };
    request.once('end', ended);
    request.once('close', ended);
  }

  /**
   * Node's list in the order in which the connections were accepted. A connection without a request
   * is idle, as from Node 26 on: see node-defaults.ts.
   */
  list(which: 'all' | 'idle'): ServedSocket[] {
    const list = (this.#server as unknown as Record<symbol, ConnectionsList | undefined>)[CONNECTIONS];
    const listed = new Set((list?.[which]() ?? []).map(({ socket }) => socket));
    if (which === 'idle') for (const [socket, { hasBegun }] of this.#receiving) if (!hasBegun) listed.add(socket);
    const numberOf = (socket: Socket): number => this.#receiving.get(socket)?.number ?? 0;
    return [...listed].filter((socket) => socket !== undefined).sort((a, b) => numberOf(a) - numberOf(b));
  }

  #checkLater(): void {
    this.stop();
    const { connectionsCheckingInterval = 30_000 } = this.#server as ServerInside;
    this.#checking = this.#stack().schedule(Math.max(1, connectionsCheckingInterval), () => {
      this.#check();
      this.#checkLater();
    });
  }

  /** As Node's `checkConnections`. */
  #check(): void {
    const { headersTimeout, requestTimeout } = this.#server;
    const nowMs = this.#host.monotonicMs();
    for (const [socket, { sinceMs, hasHeaders }] of [...this.#receiving]) {
      if (sinceMs === null) continue;
      const isLate = (limitMs: number): boolean => limitMs > 0 && nowMs - sinceMs >= limitMs;
      if (isLate(requestTimeout) || (!hasHeaders && isLate(headersTimeout))) this.#expire(socket as ServedSocket);
    }
  }

  /** Node's own listener of `error` answers with 408, unless the server handles `clientError`. */
  #expire(socket: ServedSocket): void {
    this.#receiving.delete(socket);
    const error = Object.assign(new Error('Request timeout'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
    const [listener] = socket.listeners('error').filter(({ name }) => name === 'socketOnError');
    if (listener !== undefined) Reflect.apply(listener, socket, [error]);
    else socket.destroy(error);
  }
}

const TRACKED = new WeakMap<http.Server, HttpConnections>();

export function connectionsOf(server: http.Server): HttpConnections {
  const connections = TRACKED.get(server);
  if (connections === undefined) throw new Error('the server was not made by the simulated node:http');
  return connections;
}

/** A server of Node with everything that one has while it listens, and without its timer. */
function sampleServer(): http.Server {
  const server = http.createServer();
  server.emit('listening');
  // Stops the timer, as closing does.
  const interval = symbolOf(server, 'http.server.connectionsCheckingInterval');
  clearInterval((server as unknown as Record<symbol, NodeJS.Timeout>)[interval]);
  return server;
}
