/**
 * The end of a connection whose other end is simulated by something that is not a process, such as
 * Redis. How bytes travel there is the peer's business.
 *
 * Fault model. The peer accepts the connection or refuses it (ECONNREFUSED). Later the peer may end
 * its half, reset the connection (ECONNRESET) or stay silent (ETIMEDOUT), and a write that the
 * connection can no longer take fails (EPIPE). Bytes are never damaged, reordered or repeated: each
 * chunk arrives whole or not at all.
 */
import type { SocketAddress, TcpEnd, TcpEndEvents, TcpErrorCode } from '../../system/tcp.ts';

export type WriteFailure = 'EPIPE' | 'ECONNRESET';

/** The other end of the connection, as this one sees it. */
export interface BytePeer {
  /**
   * Takes what the owner of the end wrote. `onTaken` is called once, within the call: with null, or
   * with the reason why it failed.
   */
  take(bytes: Buffer, onTaken: (failure: WriteFailure | null) => void): void;
  /** The owner wrote its last byte. The connection stays open until the peer ends its half too. */
  onEnd(): void;
  /** The end is gone: the peer can reach its owner no longer. May follow `onEnd`. */
  onDestroy(): void;
}

/**
 * The methods whose names begin with `peer` are for the peer, which calls them in events of the
 * owner's process.
 */
export class PeerEnd implements TcpEnd {
  readonly local: SocketAddress;
  readonly remote: SocketAddress;
  readonly queuedBytes = 0;
  readonly #events: TcpEndEvents;
  readonly #later: (callback: () => void) => void;
  readonly #peer: BytePeer;
  #received: Buffer[] = [];
  #hasEnded = false;
  #failure: TcpErrorCode | null = null;
  #isReading = false;
  #isClosed = false;

  /** `dial` begins the connection and returns its other end. It must not answer within the call. */
  constructor(
    { local, remote }: { readonly local: SocketAddress; readonly remote: SocketAddress },
    events: TcpEndEvents,
    later: (callback: () => void) => void,
    dial: (end: PeerEnd) => BytePeer,
  ) {
    this.local = local;
    this.remote = remote;
    this.#events = events;
    this.#later = later;
    this.#peer = dial(this);
  }

  get destroyed(): boolean {
    return this.#isClosed;
  }

  write(bytes: Buffer): TcpErrorCode | null {
    if (this.#isClosed || this.#failure !== null) return 'EPIPE';
    let result: TcpErrorCode | null = null;
    this.#peer.take(bytes, (failure) => {
      result = failure;
    });
    return result;
  }

  shutdown(onDone: () => void): void {
    this.#peer.onEnd();
    this.#later(onDone);
  }

  readStart(): void {
    if (this.#isReading) return;
    this.#isReading = true;
    if (this.#received.length > 0 || this.#hasEnded || this.#failure !== null) this.#later(() => this.#handOver());
  }

  readStop(): void {
    this.#isReading = false;
  }

  reset(): void {
    this.close();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#peer.onDestroy();
  }

  peerAccepted(): void {
    if (!this.#isClosed) this.#events.onConnect(null);
  }

  peerRefused(): void {
    if (!this.#isClosed) this.#events.onConnect('ECONNREFUSED');
  }

  peerSent(bytes: Buffer): void {
    this.#received.push(bytes);
    this.#handOver();
  }

  peerEnded(): void {
    this.#hasEnded = true;
    this.#handOver();
  }

  peerFailed(code: 'ECONNRESET' | 'ETIMEDOUT'): void {
    this.#failure = code;
    this.#received = [];
    this.#handOver();
  }

  #handOver(): void {
    if (this.#isClosed || !this.#isReading) return;
    if (this.#failure !== null) {
      this.#isReading = false;
      this.#events.onFailure(this.#failure);
      return;
    }
    while (this.#isReading) {
      const bytes = this.#received.shift();
      if (bytes === undefined) break;
      const rest = this.#events.onBytes(bytes);
      if (rest !== undefined) this.#received.unshift(rest);
    }
    if (!this.#hasEnded || !this.#isReading) return;
    this.#hasEnded = false;
    this.#isReading = false;
    this.#events.onEnd();
  }
}
