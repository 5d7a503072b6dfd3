/**
 * The node's end of a connection, in the shape of a server-side `ws` WebSocket.
 *
 * Fault model. A frame may be late or never arrive, and the sender is not notified. The callback of
 * `send` means that the frame left the process. It is called in a separate turn, in the order of
 * the calls, before or after delivery, and waits while the reader is slow and `bufferedAmount`
 * grows. `close` is emitted once, last; a connection that breaks emits no `error`. A closing
 * handshake that the peer does not answer ends after 30 s with 1006. Frames are never reordered,
 * repeated or changed. socket.contract.test.ts compares all this with `ws`.
 */
import { EventEmitter } from 'node:events';
import type { Entry } from '../kernel/heap.ts';
import type { Sendable, SendOptions, SendCallback, ServerSocket } from '../system/types.ts';
import { arrayBufferOf, bytesOf, type Payload } from './payload.ts';

/** The connection, as the socket sees it. */
export interface Wire {
  /**
   * Sends a frame. `callback` is called once: when the network has taken the frame, or with the
   * error why it did not. `onBytesTaken` is called before that.
   */
  send(payload: Payload, framedBytes: number, callback: SendCallback | undefined): void;
  /** `onLeft` is called when everything sent before has left. */
  sendPing(data: string, onLeft: () => void): void;
  sendClose(code: number, reason: string): void;
  /**
   * Drops the connection: this end finishes with 1006 in a separate event. The other end notices
   * later.
   */
  drop(): void;
  /** Runs `callback` in a separate event of the node. */
  later(delayUs: number, callback: () => void): Entry;
}

const STATES = ['CONNECTING', 'OPEN', 'CLOSING', 'CLOSED'] as const;

/** How long `ws` waits for the peer's closing frame. */
const CLOSE_TIMEOUT_US = 30_000_000;

export class SimulatedServerSocket extends EventEmitter implements ServerSocket {
  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readonly CLOSING = 2;
  readonly CLOSED = 3;
  readonly protocol: string;
  binaryType: 'nodebuffer' | 'arraybuffer' | 'fragments' = 'nodebuffer';
  readonly #wire: Wire;
  #readyState: 0 | 1 | 2 | 3 = 1;
  #bufferedAmount = 0;
  #closeTimeout: Entry | null = null;
  #closeSent = false;

  constructor(wire: Wire, protocol = '') {
    super();
    this.protocol = protocol;
    this.#wire = wire;
  }

  get readyState(): 0 | 1 | 2 | 3 {
    return this.#readyState;
  }

  get bufferedAmount(): number {
    return this.#bufferedAmount;
  }

  send(data: Sendable, options?: SendOptions | SendCallback, afterwards?: SendCallback): void {
    const [callback, binary] = typeof options === 'function' ? [options] : [afterwards, options?.binary];
    const payload = payloadOf(data, binary);
    const bytes = Buffer.byteLength(payload);
    if (this.#readyState !== 1) {
      // As in `ws`, these bytes are never subtracted.
      this.#bufferedAmount += bytes;
      const error = new Error(`WebSocket is not open: readyState ${this.#readyState} (${STATES[this.#readyState]})`);
      if (callback !== undefined) this.#wire.later(0, () => callback(error));
      return;
    }
    const framed = headerBytes(bytes) + bytes;
    this.#bufferedAmount += framed;
    this.#wire.send(payload, framed, callback);
  }

  /** The network has taken this number of bytes, headers included. */
  onBytesTaken(bytes: number): void {
    this.#bufferedAmount -= bytes;
  }

  ping(data = ''): void {
    const bytes = Buffer.byteLength(data);
    if (this.#readyState !== 1) {
      this.#bufferedAmount += bytes;
      return;
    }
    if (bytes > 125) throw new RangeError('The data size must not be greater than 125 bytes');
    this.#bufferedAmount += headerBytes(bytes) + bytes;
    this.#wire.sendPing(data, () => (this.#bufferedAmount -= headerBytes(bytes) + bytes));
  }

  close(code?: number, reason = ''): void {
    if (this.#readyState !== 1) return;
    if (code !== undefined && !isSendable(code))
      throw new TypeError('First argument must be a valid error code number');
    if (Buffer.byteLength(reason) > 123) throw new RangeError('The message must not be greater than 123 bytes');
    this.#readyState = 2;
    this.#closeSent = true;
    // A closing frame without a code has no reason.
    this.#wire.sendClose(code ?? 1005, code === undefined ? '' : reason);
    this.#closeTimeout = this.#wire.later(CLOSE_TIMEOUT_US, () => this.#wire.drop());
  }

  terminate(): void {
    if (this.#readyState === 3) return;
    this.#readyState = 2;
    this.#wire.drop();
  }

  /**
   * The peer's closing frame has arrived. From now on nothing can be sent, and `close` follows when
   * the connection ends. Returns whether the frame answers one of ours.
   */
  beginClosing(): boolean {
    const isAnswer = this.#closeSent;
    this.#closeSent = true;
    if (this.#readyState === 1) this.#readyState = 2;
    this.#closeTimeout ??= this.#wire.later(CLOSE_TIMEOUT_US, () => this.#wire.drop());
    return isAnswer;
  }

  /** The connection is ending: callbacks of `send` are called before `close`. */
  beginEnding(): void {
    if (this.#readyState === 1) this.#readyState = 2;
  }

  /** The connection has ended. */
  finish(code: number, reason: string): void {
    if (this.#readyState === 3) return;
    this.#readyState = 3;
    if (this.#closeTimeout !== null) this.#closeTimeout.deliver = null;
    this.emit('close', code, Buffer.from(reason));
  }

  /**
   * Delivers a frame, also while this end is closing: frames that the peer sent before its closing
   * frame still arrive.
   */
  receive(payload: Payload): void {
    if (this.#readyState === 3) return;
    if (typeof payload === 'string') this.emit('message', Buffer.from(payload), false);
    else this.emit('message', this.#inBinaryType(payload), true);
  }

  /** Converts to `binaryType`. Always copies: the system may keep or change the result. */
  #inBinaryType(bytes: Buffer): Buffer | ArrayBuffer | Buffer[] {
    if (this.binaryType === 'arraybuffer') return arrayBufferOf(bytes);
    return this.binaryType === 'fragments' ? [Buffer.from(bytes)] : Buffer.from(bytes);
  }

  receivePong(data: string): void {
    if (this.#readyState !== 3) this.emit('pong', Buffer.from(data));
  }
}

/** As in `ws`, text stays text and bytes stay bytes, unless `binary` is given. */
function payloadOf(data: unknown, binary: boolean | undefined): Payload {
  const bytes = bytesOf(data);
  if (bytes !== null) return binary === false ? bytes.toString() : bytes;
  if (typeof data !== 'string' && typeof data !== 'number')
    throw new TypeError('the simulated socket sends strings, buffers, and views of buffers');
  return binary === true ? Buffer.from(String(data)) : String(data);
}

/** Size of the header of a frame that a server sends. */
function headerBytes(bytes: number): number {
  return bytes < 126 ? 2 : bytes < 65_536 ? 4 : 10;
}

/** Whether `ws` lets an application send this close code. */
function isSendable(code: number): boolean {
  return (
    (code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006) || (code >= 3000 && code <= 4999)
  );
}
