/**
 * A TCP connection as one process sees it, in the shape of `net.Socket`. What is at the other end,
 * and how bytes travel there, is its peer's business.
 *
 * Fault model. The peer accepts the connection or refuses it (ECONNREFUSED). Later the peer may end
 * its half or reset the connection (ECONNRESET), and a write that the connection can no longer take
 * fails (EPIPE). Bytes are never damaged, reordered or repeated: each chunk arrives whole or not at
 * all.
 */
import { Duplex } from 'node:stream';
import type { Domain, Entry } from '../kernel/heap.ts';
import type { Kernel } from '../kernel/kernel.ts';

export type WriteFailure = 'EPIPE' | 'ECONNRESET';

/** The other end of the connection, as the socket sees it. */
export interface BytePeer {
  /**
   * Takes what the owner of the socket wrote. `onTaken` is called once: with null, or with the
   * reason why it failed.
   */
  take(bytes: Buffer, onTaken: (failure: WriteFailure | null) => void): void;
  /** The owner wrote its last byte. The connection stays open until the peer ends its half too. */
  onEnd(): void;
  /** The socket is gone: the peer can reach its owner no longer. May follow `onEnd`. */
  onDestroy(): void;
}

export interface SocketAddress {
  readonly address: string;
  readonly port: number;
}

export interface ByteSocketContext {
  readonly kernel: Kernel;
  /** The process that owns the socket: its timeouts fire there. */
  readonly process: Domain;
  /** Keeps the process alive until the returned function is called. */
  readonly reference?: (() => () => void) | undefined;
  readonly local: SocketAddress;
  readonly remote: SocketAddress;
}

/**
 * The methods whose names begin with `peer` are for the peer, which calls them in events of the
 * owner's process.
 */
export class ByteSocket extends Duplex {
  connecting = true;
  readonly remoteAddress: string;
  readonly remoteFamily = 'IPv4';
  readonly remotePort: number;
  readonly localAddress: string;
  readonly localPort: number;
  bytesRead = 0;
  bytesWritten = 0;
  readonly #kernel: Kernel;
  readonly #process: Domain;
  readonly #peer: BytePeer;
  readonly #reference: () => () => void;
  /** Ends the reference that the socket holds; null while it holds none. */
  #release: (() => void) | null = null;
  #timeout: Entry | null = null;
  #timeoutMs = 0;

  /** `dial` begins the connection and returns its other end. It must not answer within the call. */
  constructor(
    { kernel, process, reference = () => () => undefined, local, remote }: ByteSocketContext,
    dial: (socket: ByteSocket) => BytePeer,
  ) {
    super({ allowHalfOpen: false });
    this.#kernel = kernel;
    this.#process = process;
    this.remoteAddress = remote.address;
    this.remotePort = remote.port;
    this.localAddress = local.address;
    this.localPort = local.port;
    this.#reference = reference;
    this.#peer = dial(this);
    this.ref();
  }

  get pending(): boolean {
    return this.connecting;
  }

  get readyState(): string {
    if (this.connecting) return 'opening';
    return this.destroyed ? 'closed' : 'open';
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    if (!this.destroyed) this.#release ??= this.#reference();
    return this;
  }

  unref(): this {
    this.#release?.();
    this.#release = null;
    return this;
  }

  address(): object {
    return { address: this.localAddress, family: 'IPv4', port: this.localPort };
  }

  /**
   * Emits `timeout` when nothing was sent or received for `timeoutMs` milliseconds; 0 turns it off.
   */
  setTimeout(timeoutMs: number, onTimeout?: () => void): this {
    this.#timeoutMs = timeoutMs;
    if (onTimeout !== undefined && timeoutMs === 0) this.removeListener('timeout', onTimeout);
    else if (onTimeout !== undefined) this.once('timeout', onTimeout);
    this.#restartTimeout();
    return this;
  }

  peerAccepted(): void {
    this.connecting = false;
    this.#restartTimeout();
    this.emit('connect');
    this.emit('ready');
  }

  peerRefused(): void {
    const { remoteAddress: address, remotePort: port } = this;
    this.destroy(Object.assign(socketError('connect', 'ECONNREFUSED'), { address, port }));
  }

  peerSent(bytes: Buffer): void {
    this.#receive(bytes);
  }

  peerEnded(): void {
    this.#receive(null);
  }

  peerReset(): void {
    this.destroy(socketError('read', 'ECONNRESET'));
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.connecting) {
      this.once('connect', () => this._write(chunk, encoding, done));
      return;
    }
    this.bytesWritten += chunk.length;
    this.#restartTimeout();
    this.#peer.take(chunk, (failure) => {
      if (failure === null) done();
      else done(socketError(failure === 'EPIPE' ? 'write' : 'read', failure));
    });
  }

  override _read(): void {
    // Bytes are pushed as they arrive.
  }

  override _final(done: () => void): void {
    this.#peer.onEnd();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#peer.onDestroy();
    this.unref();
    this.connecting = false;
    if (this.#timeout !== null) this.#timeout.deliver = null;
    done(error);
  }

  #receive(bytes: Buffer | null): void {
    if (this.destroyed || this.readableEnded) return;
    this.bytesRead += bytes?.length ?? 0;
    this.#restartTimeout();
    this.push(bytes);
  }

  #restartTimeout(): void {
    if (this.#timeout !== null) this.#timeout.deliver = null;
    this.#timeout = null;
    if (this.#timeoutMs === 0) return;
    this.#timeout = this.#kernel.schedule(this.#timeoutMs * 1000, this.#process, () => this.emit('timeout'));
  }
}

function socketError(syscall: string, code: string): Error {
  return Object.assign(new Error(`${syscall} ${code}`), { code, syscall, errno: code });
}
