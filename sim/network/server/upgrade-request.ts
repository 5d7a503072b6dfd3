/**
 * The request that opened a connection, in the shape of an `http.IncomingMessage`. Its headers are
 * those of a client of `ws`, made when they are first read. An upgrade has no body, so what belongs
 * to the body is refused by name.
 */
import { EventEmitter } from 'node:events';
import type { Scope } from '../../kernel/draws.ts';
import { mix } from '../../kernel/hash.ts';
import type { UpgradeRequest } from '../../system/web-socket-types.ts';
import { addressOf } from '../tcp/addresses.ts';
import type { ConnectOptions } from '../client-socket.ts';
import { refuseEvents, refuseMembers, type Refuse } from '../../system/refused-members.ts';
import { SimulatedRequestSocket, type SocketWire } from './request-socket.ts';

export interface RequestParts {
  readonly options: ConnectOptions;
  /** The subprotocols that the client offers, as one header; empty for none. */
  readonly offer: string;
  readonly wire: SocketWire;
  /** The client's key is made of it. */
  readonly hash: number;
}

/** The port of a server of whole frames, which opens none: that of a main module. */
export const FRAME_PORT = 3000;

/** Events that reading the body would cause. */
const BODY_EVENTS = new Set(['data', 'end', 'pause', 'readable', 'resume']);

export class SimulatedUpgradeRequest extends EventEmitter implements UpgradeRequest {
  readonly httpVersion = '1.1';
  readonly httpVersionMajor = 1;
  readonly httpVersionMinor = 1;
  readonly complete = true;
  readonly aborted = false;
  readonly upgrade = true;
  readonly destroyed = false;
  readonly closed = false;
  readonly statusCode = null;
  readonly statusMessage = null;
  readonly trailers: Readonly<Record<string, string>> = {};
  readonly trailersDistinct: Readonly<Record<string, string[]>> = {};
  readonly rawTrailers: readonly string[] = [];
  method = 'GET';
  url: string;
  readonly #parts: RequestParts;
  #socket: SimulatedRequestSocket | null = null;
  #rawHeaders: string[] | null = null;
  #headers: Record<string, string> | null = null;

  constructor(parts: RequestParts) {
    super();
    this.#parts = parts;
    this.url = (parts.options.url ?? '/').replace(/^\?/, '/?');
  }

  static refuseOf(request: SimulatedUpgradeRequest): Refuse {
    return request.#parts.wire.refuse;
  }

  get socket(): SimulatedRequestSocket {
    return (this.#socket ??= new SimulatedRequestSocket(this.#parts.wire));
  }

  get connection(): SimulatedRequestSocket {
    return this.socket;
  }

  /** Names and values in turn, as sent. */
  get rawHeaders(): string[] {
    return (this.#rawHeaders ??= rawHeadersOf(this.#parts));
  }

  /** By name in lower case. */
  get headers(): Record<string, string> {
    if (this.#headers === null) {
      this.#headers = {};
      const { rawHeaders } = this;
      for (let at = 0; at < rawHeaders.length; at += 2)
        this.#headers[(rawHeaders[at] ?? '').toLowerCase()] = rawHeaders[at + 1] ?? '';
    }
    return this.#headers;
  }

  get headersDistinct(): Record<string, string[]> {
    return Object.fromEntries(Object.entries(this.headers).map(([name, value]) => [name, [value]]));
  }

  /** The connection has ended. */
  static finish(request: SimulatedUpgradeRequest, hadError: boolean): void {
    request.#socket?.emit('close', hadError);
  }
}

refuseEvents(SimulatedUpgradeRequest.prototype, 'request', BODY_EVENTS, SimulatedUpgradeRequest.refuseOf);

refuseMembers(
  SimulatedUpgradeRequest.prototype,
  'request',
  {
    methods: (
      'asIndexedPairs compose destroy drop every filter find flatMap forEach isPaused iterator map pause pipe push read ' +
      'reduce resume setEncoding setTimeout some take toArray unpipe unshift wrap'
    ).split(' '),
    values: (
      'client errored joinDuplicateHeaders parser readable readableAborted readableBuffer readableDidRead ' +
      'readableEncoding readableEnded readableFlowing readableHighWaterMark readableLength readableObjectMode signal'
    ).split(' '),
  },
  SimulatedUpgradeRequest.refuseOf,
);

/** The connection, as its request sees it. */
export interface RequestWire {
  readonly client: string;
  readonly node: string;
  readonly isOver: boolean;
  drop(): void;
  readonly refuse: Refuse;
}

/** First port that an operating system gives to a connecting socket. */
const EPHEMERAL_PORT = 49_152;

/** The request of a client's connection number `count`. */
export function requestOf(
  link: RequestWire,
  count: number,
  { hash }: Scope,
  options: ConnectOptions,
): SimulatedUpgradeRequest {
  const wire: SocketWire = {
    remoteAddress: `sim:${link.client}`,
    remotePort: EPHEMERAL_PORT + (count % (65_536 - EPHEMERAL_PORT)),
    localAddress: addressOf(link.node),
    localPort: FRAME_PORT,
    isOver: () => link.isOver,
    destroy: () => link.drop(),
    refuse: link.refuse,
  };
  return new SimulatedUpgradeRequest({ options, offer: [options.protocols ?? []].flat().join(', '), wire, hash });
}

/** In the order in which a client of `ws` sends them. */
function rawHeadersOf({ options, offer, wire, hash }: RequestParts): string[] {
  const raw = Object.entries(options.headers ?? {}).flat();
  raw.push('Sec-WebSocket-Version', '13', 'Sec-WebSocket-Key', keyOf(hash));
  raw.push('Connection', 'Upgrade', 'Upgrade', 'websocket');
  if (offer !== '') raw.push('Sec-WebSocket-Protocol', offer);
  const hasHost = raw.some((name, at) => at % 2 === 0 && name.toLowerCase() === 'host');
  if (!hasHost) raw.push('Host', `${wire.localAddress}:${wire.localPort}`);
  return raw;
}

function keyOf(hash: number): string {
  const bytes = Buffer.alloc(16);
  for (let at = 0; at < 16; at += 4) bytes.writeInt32LE(mix(hash, at) | 0, at);
  return bytes.toString('base64');
}
