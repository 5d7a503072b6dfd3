/**
 * One end of a TCP connection, with the buffers that the operating system keeps for it: what was
 * written and not yet taken by the network, and what has arrived and was not yet read.
 */
import { Fifo } from '../../kernel/fifo.ts';
import type { Domain } from '../../kernel/heap.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { SocketAddress, TcpEnd, TcpEndEvents, TcpErrorCode } from '../../system/tcp.ts';
import { NETWORK } from '../domain.ts';
import type { Lane } from '../lane.ts';
import { type Burst, BurstBuffer } from './burst.ts';
import { ReceiveBuffer } from './receive-buffer.ts';

interface Written {
  readonly bytes: Buffer;
  readonly onTaken: (failure: TcpErrorCode | null) => void;
}

const NOTHING = Buffer.alloc(0);

export interface StreamEndParts {
  readonly kernel: Kernel;
  /** Owner of the end. */
  readonly domain: Domain;
  readonly local: SocketAddress;
  readonly remote: SocketAddress;
  /** The connection, if what happens at this end leads to timers of its owner. */
  readonly connection?: string;
  /** Called within each write that the end accepts. */
  readonly onWritten: (bytes: Buffer) => void;
  readonly onClosed: () => void;
}

export class StreamEnd implements TcpEnd {
  readonly local: SocketAddress;
  readonly remote: SocketAddress;
  /** Set after both ends were made. */
  peer: StreamEnd | null = null;
  readonly #kernel: Kernel;
  readonly #domain: Domain;
  readonly #connection: string;
  readonly #lane: Lane;
  readonly #onWritten: (bytes: Buffer) => void;
  readonly #onClosed: () => void;
  #events: TcpEndEvents | null = null;
  readonly #queue = new Fifo<Written>();
  #queuedBytes = 0;
  readonly #burst: BurstBuffer;
  #onShutdown: (() => void) | null = null;
  #isShutDown = false;
  readonly #received = new ReceiveBuffer();
  /** The peer has sent its last byte, which was not yet reported. */
  #hasEnded = false;
  #peerHasEnded = false;
  #isReading = false;
  #isHandingOver = false;
  #failure: TcpErrorCode | null = null;
  #hasFailedWrite = false;
  #isClosed = false;

  constructor(parts: StreamEndParts, lane: Lane, send: (burst: Burst) => void) {
    this.#kernel = parts.kernel;
    this.#domain = parts.domain;
    this.#connection = parts.connection ?? '';
    this.local = parts.local;
    this.remote = parts.remote;
    this.#onWritten = parts.onWritten;
    this.#onClosed = parts.onClosed;
    this.#lane = lane;
    this.#burst = new BurstBuffer(parts.kernel, send);
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** A write is not complete. Its bytes may have left already. */
  get hasWaitingWrites(): boolean {
    return this.#queue.size > 0;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** What arrives can still be read. */
  get isReceiving(): boolean {
    return !this.#isClosed && this.#failure === null;
  }

  /** This end or its peer has sent its last byte. */
  get isEnding(): boolean {
    return this.#isShutDown || this.#peerHasEnded || this.#failure !== null;
  }

  get unreadBytes(): number {
    return this.#received.size;
  }

  /** What happens to the end is reported from now on. */
  attach(events: TcpEndEvents): void {
    this.#events = events;
  }

  write(bytes: Buffer, onTaken: (failure: TcpErrorCode | null) => void): TcpErrorCode | null | 'later' {
    if (this.#failure !== null) return this.#failWrite(this.#failure);
    if (this.#isShutDown) return 'EPIPE';
    this.#onWritten(bytes);
    if (this.#queue.size === 0 && this.#hasRoom) {
      this.#burst.add(bytes);
      if (bytes.length <= this.#lane.windowBytes) return null;
      // More than the buffer holds: the write is complete when there is room for the next.
      this.#queue.push({ bytes: NOTHING, onTaken });
      return 'later';
    }
    this.#queue.push({ bytes, onTaken });
    this.#queuedBytes += bytes.length;
    return 'later';
  }

  shutdown(onDone: () => void): void {
    this.#onShutdown = onDone;
    this.#refill();
  }

  readStart(): void {
    this.#isReading = true;
    if (this.#hasNews) this.#handOverSoon();
  }

  readStop(): void {
    this.#isReading = false;
  }

  reset(): void {
    if (this.#isClosed) return;
    this.#lane.cut();
    this.#dropQueue('ECANCELED');
    this.#resetPeer();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const isUnread = this.#received.size > 0;
    this.#dropQueue('ECANCELED');
    this.#received.clear();
    if (this.#failure === null && !this.#lane.isCut) {
      // As Linux does: data that is no longer read is answered by a reset.
      if (isUnread) this.#resetPeer();
      else if (!this.#isShutDown) this.#end();
    }
    this.#onClosed();
  }

  /** Bytes have arrived; `isEnd`: the peer sends no more. */
  receive(bytes: Buffer, isEnd: boolean): void {
    if (this.#failure !== null) return;
    if (this.#isClosed) {
      if (bytes.length > 0) this.#resetPeer();
      return;
    }
    this.#received.add(bytes);
    if (isEnd) this.#hasEnded = this.#peerHasEnded = true;
    if (this.#isReading) this.#handOverSoon();
    else this.peer?.onPeerRead();
  }

  /** The connection is broken at this end. A busy process sees it after `unseenUs`. */
  fail(code: TcpErrorCode, unseenUs = 0): void {
    if (this.#failure !== null || this.#isClosed) return;
    this.#failure = code;
    this.#received.clear();
    // A reader receives the failure first. Waiting writes end when it closes the end.
    if (this.#isReading) this.#handOverSoon(unseenUs);
    else this.#dropQueue(this.#peerHasEnded ? 'EPIPE' : code);
  }

  /** The peer has read, or the network has delivered: there may be room for more. */
  onPeerRead(): void {
    if (this.#queue.size > 0 || this.#onShutdown !== null) this.#refill();
  }

  get #hasRoom(): boolean {
    const { bytesUnderWay, windowBytes } = this.#lane;
    return this.#burst.size + bytesUnderWay + (this.peer?.unreadBytes ?? 0) <= windowBytes;
  }

  get #hasNews(): boolean {
    return this.#received.size > 0 || this.#hasEnded || this.#failure !== null;
  }

  #end(): void {
    this.#isShutDown = true;
    this.#burst.end();
  }

  #refill(): void {
    while (this.#queue.size > 0 && this.#hasRoom) {
      const written = this.#queue.take();
      if (written === undefined) break;
      this.#queuedBytes -= written.bytes.length;
      const { bytes, onTaken } = written;
      this.#burst.add(bytes);
      this.#later(() => onTaken(null));
    }
    if (this.#queue.size > 0 || this.#onShutdown === null) return;
    const onDone = this.#onShutdown;
    this.#onShutdown = null;
    if (!this.#isShutDown && this.#failure === null) this.#end();
    this.#later(onDone);
  }

  #dropQueue(code: TcpErrorCode): void {
    for (const { onTaken } of this.#queue.takeAll()) this.#later(() => onTaken(code));
    this.#queuedBytes = 0;
    const onDone = this.#onShutdown;
    this.#onShutdown = null;
    if (code !== 'ECANCELED' && onDone !== null) this.#later(onDone);
  }

  #resetPeer(): void {
    const { peer } = this;
    if (peer === null) return;
    this.#lane.cut();
    this.#kernel.schedule(0, NETWORK, () => peer.fail('ECONNRESET'));
  }

  #later(callback: () => void): void {
    this.#kernel.schedule(0, this.#domain, () => {
      this.#kernel.connection = this.#connection;
      callback();
    });
  }

  /** Hands over everything that has arrived by the end of the current event, as one read. */
  #handOverSoon(delayUs = 0): void {
    if (this.#isHandingOver) return;
    this.#isHandingOver = true;
    if (this.#kernel.current === this.#domain) this.#kernel.nextTick(() => this.#handOver());
    else this.#kernel.schedule(delayUs, this.#domain, () => this.#handOver());
  }

  /**
   * As on Linux, the first write reports why the connection has broken, unless the peer had sent
   * its last byte before.
   */
  #failWrite(failure: TcpErrorCode): TcpErrorCode {
    const isFirst = !this.#hasFailedWrite;
    this.#hasFailedWrite = true;
    return isFirst && !this.#peerHasEnded ? failure : 'EPIPE';
  }

  #handOver(): void {
    this.#isHandingOver = false;
    const events = this.#events;
    if (events === null || this.#isClosed || !this.#isReading) return;
    if (this.#failure !== null) {
      this.#isReading = false;
      const code = this.#failure;
      events.onFailure(code);
      this.#dropQueue(code);
      return;
    }
    // What the reader does may close or pause this end.
    if (this.#received.size > 0) this.#handOverBytes(events);
    if (this.#hasEnded && this.#isReading && !this.#isClosed && this.#received.size === 0) {
      this.#hasEnded = false;
      this.#isReading = false;
      events.onEnd();
    }
  }

  #handOverBytes(events: TcpEndEvents): void {
    try {
      const rest = events.onBytes(this.#received.read());
      if (rest !== undefined && !this.#isClosed && this.#failure === null) this.#received.unread(rest);
    } finally {
      this.peer?.onPeerRead();
      // There is more than one read, or a listener threw.
      if (this.#isReading && this.#hasNews) this.#later(() => this.#handOver());
    }
  }
}
