/**
 * The TCP socket below a node's end of a connection, as `request.socket` and `_socket` of a
 * WebSocket: its addresses, what can be done to it without bytes, and its end. Everything else is
 * refused by name, because connections of this level carry whole frames.
 */
import { EventEmitter } from 'node:events';
import type { RequestSocket } from '../../system/web-socket-types.ts';
import { refuseEvents, refuseMembers, type Refuse } from '../../system/refused-members.ts';

/** The connection, as the socket sees it. */
export interface SocketWire {
  /** The client's address. */
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localAddress: string;
  readonly localPort: number;
  /** A function, because a getter in a literal makes an object 250 bytes larger. */
  isOver(): boolean;
  /** Drops the connection, as `terminate` does. */
  destroy(): void;
  readonly refuse: Refuse;
}

/** Events that are about bytes. */
const BYTE_EVENTS = new Set(['data', 'drain', 'end', 'finish', 'lookup', 'pause', 'readable', 'resume', 'timeout']);

export class SimulatedRequestSocket extends EventEmitter implements RequestSocket {
  readonly remoteFamily = 'IPv4';
  readonly localFamily = 'IPv4';
  readonly connecting = false;
  readonly pending = false;
  readonly timeout = 0;
  readonly #wire: SocketWire;

  constructor(wire: SocketWire) {
    super();
    this.#wire = wire;
  }

  static refuseOf(socket: SimulatedRequestSocket): Refuse {
    return socket.#wire.refuse;
  }

  get remoteAddress(): string {
    return this.#wire.remoteAddress;
  }

  get remotePort(): number {
    return this.#wire.remotePort;
  }

  get localAddress(): string {
    return this.#wire.localAddress;
  }

  get localPort(): number {
    return this.#wire.localPort;
  }

  get destroyed(): boolean {
    return this.#wire.isOver();
  }

  get closed(): boolean {
    return this.#wire.isOver();
  }

  get readable(): boolean {
    return !this.#wire.isOver();
  }

  get writable(): boolean {
    return !this.#wire.isOver();
  }

  get readyState(): 'open' | 'closed' {
    return this.#wire.isOver() ? 'closed' : 'open';
  }

  address(): { readonly address: string; readonly family: 'IPv4'; readonly port: number } {
    return { address: this.localAddress, family: 'IPv4', port: this.localPort };
  }

  /** With an error, the real socket would emit it. */
  destroy(error?: Error | null): this {
    if (error != null) this.#wire.refuse('request.socket.destroy with an error');
    this.#wire.destroy();
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  setTimeout(timeoutMs: number): this {
    if (timeoutMs !== 0) this.#wire.refuse('request.socket.setTimeout');
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

refuseEvents(SimulatedRequestSocket.prototype, 'request.socket', BYTE_EVENTS, SimulatedRequestSocket.refuseOf);

refuseMembers(
  SimulatedRequestSocket.prototype,
  'request.socket',
  {
    methods: (
      'asIndexedPairs compose connect cork destroySoon drop end every filter find flatMap forEach getTypeOfService ' +
      'isPaused iterator map pause pipe push read reduce resetAndDestroy resume setDefaultEncoding setEncoding ' +
      'setTypeOfService some take toArray uncork unpipe unshift wrap write'
    ).split(' '),
    values: (
      'allowHalfOpen bufferSize bytesRead bytesWritten errored parser readableAborted readableBuffer readableDidRead ' +
      'readableEncoding readableEnded readableFlowing readableHighWaterMark readableLength readableObjectMode server ' +
      'writableBuffer writableCorked writableEnded writableFinished writableHighWaterMark writableLength ' +
      'writableNeedDrain writableObjectMode'
    ).split(' '),
  },
  SimulatedRequestSocket.refuseOf,
);
