/**
 * The node's end of a connection, in the shape of a server-side `ws` WebSocket.
 *
 * Fault model. What was sent may be late, may never arrive, and the sender is not told. The callback of `send` says that the
 * frame left the process: it comes in a turn of its own, before or after the frame's delivery, and waits while the reader is slow and
 * `bufferedAmount` grows. `close` is emitted once, last. A closing handshake that the peer doesn't answer ends after
 * 30 s with 1006, as in `ws`. Frames are never reordered, doubled or changed.
 */
import { EventEmitter } from 'node:events';
import type { Entry } from '../../kernel/heap.ts';
import type { SendableFace, SendOptionsFace, ServerSocketFace } from '../faces.ts';
import { arrayBufferOf, bytesOf, type Payload } from './payload.ts';

/** What a socket asks of the connection it belongs to. */
export interface Wire {
  /** `onTaken` is called once: when the network has taken the frame, or with the reason why it never will. */
  send(payload: Payload, onTaken: (error?: Error) => void): void;
  sendPing(): void;
  sendClose(code: number, reason: string): void;
  /** Drops the connection: this end finishes with 1006 in an event of its own; the other end will notice. */
  drop(): void;
  /** Runs `callback` in an event of the node's own. */
  later(delayUs: number, callback: () => void): Entry;
}

const STATES = ['CONNECTING', 'OPEN', 'CLOSING', 'CLOSED'] as const;

/** How long `ws` waits for the peer's half of the closing handshake. */
const CLOSE_TIMEOUT_US = 30_000_000;

export class ServerSocket extends EventEmitter implements ServerSocketFace {
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

  send(
    data: SendableFace,
    options?: SendOptionsFace | ((error?: Error) => void),
    afterwards?: (error?: Error) => void,
  ): void {
    const [callback, binary] = typeof options === 'function' ? [options] : [afterwards, options?.binary];
    const payload = payloadOf(data, binary);
    if (this.#readyState !== 1) {
      const error = new Error(`WebSocket is not open: readyState ${this.#readyState} (${STATES[this.#readyState]})`);
      if (callback !== undefined) this.#wire.later(0, () => callback(error));
      return;
    }
    const bytes = Buffer.byteLength(payload);
    this.#bufferedAmount += bytes;
    this.#wire.send(payload, (error) => {
      this.#bufferedAmount -= bytes;
      callback?.(error);
    });
  }

  ping(): void {
    if (this.#readyState === 1) this.#wire.sendPing();
  }

  close(code?: number, reason = ''): void {
    if (this.#readyState !== 1) return;
    // As in `ws`, where a refused code leaves the socket closing all the same.
    this.#readyState = 2;
    if (code !== undefined && !isSendable(code))
      throw new TypeError('First argument must be a valid error code number');
    if (Buffer.byteLength(reason) > 123) throw new RangeError('The message must not be greater than 123 bytes');
    this.#closeSent = true;
    this.#wire.sendClose(code ?? 1005, reason);
    this.#closeTimeout = this.#wire.later(CLOSE_TIMEOUT_US, () => this.#wire.drop());
  }

  terminate(): void {
    if (this.#readyState === 3) return;
    this.#readyState = 2;
    this.#wire.drop();
  }

  /**
   * The peer's closing frame is here: from now on nothing can be sent, and `close` follows when the connection is down.
   * @returns whether it answers one of ours
   */
  beginClosing(): boolean {
    const isAnswer = this.#closeSent;
    this.#closeSent = true;
    if (this.#readyState === 1) this.#readyState = 2;
    this.#closeTimeout ??= this.#wire.later(CLOSE_TIMEOUT_US, () => this.#wire.drop());
    return isAnswer;
  }

  /** The connection is down. */
  finish(code: number, reason: string): void {
    if (this.#readyState === 3) return;
    this.#readyState = 3;
    if (this.#closeTimeout !== null) this.#closeTimeout.deliver = null;
    this.emit('close', code, Buffer.from(reason));
  }

  /** Also while this end is closing: until the peer's closing frame is here, what the peer sent before it still comes in. */
  receive(payload: Payload): void {
    if (this.#readyState === 3) return;
    if (typeof payload === 'string') this.emit('message', Buffer.from(payload), false);
    else this.emit('message', this.#asAsked(payload), true);
  }

  /** In the form of `binaryType`. Always a copy: the system may keep it, or write on it. */
  #asAsked(bytes: Buffer): Buffer | ArrayBuffer | Buffer[] {
    if (this.binaryType === 'arraybuffer') return arrayBufferOf(bytes);
    return this.binaryType === 'fragments' ? [Buffer.from(bytes)] : Buffer.from(bytes);
  }

  receivePong(): void {
    if (this.#readyState !== 3) this.emit('pong', Buffer.alloc(0));
  }
}

/** As `ws` has it: text stays text and bytes stay bytes, unless `binary` says otherwise. */
function payloadOf(data: unknown, binary: boolean | undefined): Payload {
  const bytes = bytesOf(data);
  if (bytes !== null) return binary === false ? bytes.toString() : bytes;
  if (typeof data !== 'string' && typeof data !== 'number')
    throw new TypeError('the simulated socket sends strings, buffers, and views of buffers');
  return binary === true ? Buffer.from(String(data)) : String(data);
}

/** The close codes that `ws` lets an application send. */
function isSendable(code: number): boolean {
  return (
    (code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006) || (code >= 3000 && code <= 4999)
  );
}
