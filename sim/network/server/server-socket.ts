/**
 * The node's end of a connection, in the shape of a server-side `ws` WebSocket. What `ws` has and
 * whole frames cannot show is refused by name.
 *
 * Fault model. A frame may be late or never arrive, and the sender is not notified. The callback of
 * `send` means that the frame left the process. It is called in a separate turn, in the order of
 * the calls, before or after delivery, and waits while the reader is slow and `bufferedAmount`
 * grows. `close` is emitted once, last; a connection that breaks emits no `error`. A closing
 * handshake that the peer does not answer ends after 30 s with 1006. Frames are never reordered,
 * repeated or changed. socket.contract.test.ts compares all this with `ws`.
 */
import type { Entry } from '../../kernel/heap.ts';
import type {
  RequestSocket,
  Sendable,
  SendOptions,
  SendCallback,
  ServerSocket,
} from '../../system/web-socket-types.ts';
import { EventTargetSocket, WAS_CLEAN } from './event-target.ts';
import { arrayBufferOf, type Payload } from '../payload.ts';
import { refuseMembers, type Refuse } from '../../system/refused-members.ts';
import { controlDataOf, headerBytes, isSendableCode, payloadOf, reasonOf } from './sendable.ts';

/** The connection, as the socket sees it. */
export interface Wire {
  /**
   * Sends a frame. `callback` is called once: when the network has taken the frame, or with the
   * error why it did not. `onBytesTaken` is called before that.
   */
  send(payload: Payload, framedBytes: number, callback: SendCallback | undefined): void;
  /** `onLeft` is called when everything sent before has left, `callback` as that of `send`. */
  sendControl(kind: 'ping' | 'pong', data: Buffer, onLeft: () => void, callback: SendCallback | undefined): void;
  sendClose(code: number, reason: string): void;
  /**
   * Drops the connection: this end finishes with 1006 in a separate event. The other end notices
   * later.
   */
  drop(): void;
  /** Runs `callback` in a separate event of the node. */
  later(delayUs: number, callback: () => void): Entry;
  /** Frames of the client wait until `resumeReading`. */
  pauseReading(): void;
  resumeReading(): void;
  readonly requestSocket: RequestSocket;
  readonly refuse: Refuse;
}

const STATES = ['CONNECTING', 'OPEN', 'CLOSING', 'CLOSED'] as const;

/** How long `ws` waits for the peer's closing frame. */
const CLOSE_TIMEOUT_US = 30_000_000;

/** The connection drives the socket by static methods, which the system's code does not see. */
export class SimulatedServerSocket extends EventTargetSocket implements ServerSocket {
  declare readonly CONNECTING: 0;
  declare readonly OPEN: 1;
  declare readonly CLOSING: 2;
  declare readonly CLOSED: 3;
  readonly #wire: Wire;
  #protocol = '';
  #closeTimeoutUs = CLOSE_TIMEOUT_US;
  #binaryType: ServerSocket['binaryType'] = 'nodebuffer';
  #readyState: 0 | 1 | 2 | 3 = 1;
  #bufferedAmount = 0;
  #closeTimeout: Entry | null = null;
  #closeSent = false;
  #closeReceived = false;
  #isPaused = false;

  constructor(wire: Wire) {
    super();
    this.#wire = wire;
  }

  static refuseOf(socket: SimulatedServerSocket): Refuse {
    return socket.#wire.refuse;
  }

  /** The handshake has ended. */
  static open(
    socket: SimulatedServerSocket,
    { protocol, closeTimeoutMs }: { readonly protocol: string; readonly closeTimeoutMs?: number | undefined },
  ): void {
    socket.#protocol = protocol;
    if (closeTimeoutMs !== undefined) socket.#closeTimeoutUs = closeTimeoutMs * 1000;
  }

  /** The network has taken this number of bytes, headers included. */
  static onBytesTaken(socket: SimulatedServerSocket, bytes: number): void {
    socket.#bufferedAmount -= bytes;
  }

  /**
   * The peer's closing frame has arrived. From now on nothing can be sent, and `close` follows when
   * the connection ends. Returns whether the frame answers one of ours.
   */
  static beginClosing(socket: SimulatedServerSocket): boolean {
    const isAnswer = socket.#closeSent;
    socket.#closeSent = true;
    socket.#closeReceived = true;
    if (socket.#readyState === 1) socket.#readyState = 2;
    socket.#startCloseTimeout();
    return isAnswer;
  }

  /** The connection is ending: callbacks of `send` are called before `close`. */
  static beginEnding(socket: SimulatedServerSocket): void {
    if (socket.#readyState === 1) socket.#readyState = 2;
  }

  /** The connection has ended. */
  static finish(socket: SimulatedServerSocket, code: number, reason: string): void {
    if (socket.#readyState === 3) return;
    socket.#readyState = 3;
    if (socket.#closeTimeout !== null) socket.#closeTimeout.deliver = null;
    socket.emit('close', code, Buffer.from(reason));
  }

  /**
   * Delivers a frame, also while this end is closing: frames that the peer sent before its closing
   * frame still arrive.
   */
  static receive(socket: SimulatedServerSocket, payload: Payload): void {
    if (socket.#readyState === 3) return;
    if (typeof payload === 'string') socket.emit('message', Buffer.from(payload), false);
    else socket.emit('message', socket.#inBinaryType(payload), true);
  }

  static receivePong(socket: SimulatedServerSocket, data: Buffer): void {
    if (socket.#readyState !== 3) socket.emit('pong', Buffer.from(data));
  }

  /** As in `ws`, only a client's socket has one. */
  get url(): undefined {
    return undefined;
  }

  /** Frames are never compressed. */
  get extensions(): string {
    return '';
  }

  get protocol(): string {
    return this.#protocol;
  }

  get binaryType(): ServerSocket['binaryType'] {
    return this.#binaryType;
  }

  /** As in `ws`, an unknown type has no effect. */
  set binaryType(type: ServerSocket['binaryType']) {
    if ((type as string) === 'blob') this.#wire.refuse("the setter of socket.binaryType to 'blob'");
    if (type === 'nodebuffer' || type === 'arraybuffer' || type === 'fragments') this.#binaryType = type;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** The socket below, which is that of the request. Private in `ws`, but widely used. */
  get _socket(): RequestSocket {
    return this.#wire.requestSocket;
  }

  get [WAS_CLEAN](): boolean {
    return this.#closeSent && this.#closeReceived;
  }

  get readyState(): 0 | 1 | 2 | 3 {
    return this.#readyState;
  }

  get bufferedAmount(): number {
    return this.#bufferedAmount;
  }

  send(data: Sendable, options?: SendOptions | SendCallback, afterwards?: SendCallback): void {
    const [callback, settings] = typeof options === 'function' ? [options] : [afterwards, options];
    if (settings?.fin === false || settings?.mask === true)
      this.#wire.refuse(`socket.send with ${settings.fin === false ? 'fin: false' : 'mask: true'}`);
    const payload = payloadOf(data, settings?.binary, this.#wire.refuse);
    const bytes = Buffer.byteLength(payload);
    if (this.#readyState !== 1) {
      this.#sendAfterClose(bytes, callback);
      return;
    }
    const framed = headerBytes(bytes) + bytes;
    this.#bufferedAmount += framed;
    this.#wire.send(payload, framed, callback);
  }

  ping(data?: Sendable | SendCallback, mask?: boolean | SendCallback, callback?: SendCallback): void {
    this.#sendControl('ping', data, mask, callback);
  }

  pong(data?: Sendable | SendCallback, mask?: boolean | SendCallback, callback?: SendCallback): void {
    this.#sendControl('pong', data, mask, callback);
  }

  pause(): void {
    if (this.#readyState === 3) return;
    if (!this.#isPaused) this.#wire.pauseReading();
    this.#isPaused = true;
  }

  resume(): void {
    if (this.#readyState === 3) return;
    if (this.#isPaused) this.#wire.resumeReading();
    this.#isPaused = false;
  }

  close(code?: number, reason: string | Buffer = ''): void {
    if (this.#readyState !== 1) return;
    if (code !== undefined && !isSendableCode(code))
      throw new TypeError('First argument must be a valid error code number');
    // A closing frame without a code has no reason.
    const text = code === undefined ? '' : reasonOf(reason);
    this.#readyState = 2;
    this.#closeSent = true;
    this.#wire.sendClose(code ?? 1005, text);
    this.#startCloseTimeout();
  }

  terminate(): void {
    if (this.#readyState === 3) return;
    this.#readyState = 2;
    this.#wire.drop();
  }

  /** Converts to `binaryType`. Always copies: the system may keep or change the result. */
  #inBinaryType(bytes: Buffer): Buffer | ArrayBuffer | Buffer[] {
    if (this.binaryType === 'arraybuffer') return arrayBufferOf(bytes);
    return this.binaryType === 'fragments' ? [Buffer.from(bytes)] : Buffer.from(bytes);
  }

  /** As in `ws`, these bytes are never subtracted. */
  #sendAfterClose(bytes: number, callback: SendCallback | undefined): void {
    this.#bufferedAmount += bytes;
    const error = new Error(`WebSocket is not open: readyState ${this.#readyState} (${STATES[this.#readyState]})`);
    if (callback !== undefined) this.#wire.later(0, () => callback(error));
  }

  #sendControl(
    kind: 'ping' | 'pong',
    given: Sendable | SendCallback | undefined,
    mask: boolean | SendCallback | undefined,
    afterwards: SendCallback | undefined,
  ): void {
    const callback = typeof given === 'function' ? given : typeof mask === 'function' ? mask : afterwards;
    if (mask === true && typeof given !== 'function') this.#wire.refuse(`socket.${kind} with mask: true`);
    const data = controlDataOf(typeof given === 'function' ? undefined : given, this.#wire.refuse);
    if (this.#readyState !== 1) {
      this.#sendAfterClose(data.length, callback);
      return;
    }
    if (data.length > 125) throw new RangeError('The data size must not be greater than 125 bytes');
    const framed = headerBytes(data.length) + data.length;
    this.#bufferedAmount += framed;
    this.#wire.sendControl(kind, data, () => (this.#bufferedAmount -= framed), callback);
  }

  #startCloseTimeout(): void {
    this.#closeTimeout ??= this.#wire.later(this.#closeTimeoutUs, () => this.#wire.drop());
  }
}

for (const [value, name] of STATES.entries())
  Object.defineProperty(SimulatedServerSocket.prototype, name, { value, enumerable: true });

refuseMembers(
  SimulatedServerSocket.prototype,
  'socket',
  {
    methods: ['setSocket', 'emitClose'],
    values: (
      '_autoPong _autoPongComplete _binaryType _closeCode _closeFrameReceived _closeFrameSent _closeMessage ' +
      '_closeTimeout _closeTimer _errorEmitted _extensions _isServer _maxPendingAutoPongs _paused ' +
      '_pendingAutoPongs _protocol _readyState _receiver _sender'
    ).split(' '),
  },
  SimulatedServerSocket.refuseOf,
);
