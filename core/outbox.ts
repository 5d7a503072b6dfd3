import type { Limits } from './limits.ts';
import type { Socket } from './ports.ts';

export interface OutboxParts {
  readonly socket: Socket;
  readonly limits: Limits;
  /** The client reads too slowly: more than `outboxMaxBytes` are queued. */
  readonly overflowed: () => void;
  /** The socket cannot send. */
  readonly broken: () => void;
}

/**
 * The queue of frames to one connection. A queued price is replaced by a newer one of its symbol;
 * all other frames are sent in order. No method throws.
 */
export class Outbox {
  readonly #parts: OutboxParts;
  readonly #newest = new Map<string, string>();
  #ended = false;

  constructor(parts: OutboxParts) {
    this.#parts = parts;
  }

  /** Sends a frame that must not be lost. Returns false if the connection ended instead. */
  send(text: string): boolean {
    const { socket, limits, overflowed, broken } = this.#parts;
    if (this.#ended) return false;
    if (socket.bufferedBytes + text.length > limits.outboxMaxBytes) {
      overflowed();
      return false;
    }
    try {
      socket.send(text, this.#onSent);
    } catch {
      broken();
      return false;
    }
    return true;
  }

  /**
   * Sends a price now, or queues it until the client has read enough. Returns false like `send`.
   */
  sendPrice(symbol: string, text: string): boolean {
    if (this.#ended) return false;
    if (this.#parts.socket.bufferedBytes > this.#parts.limits.outboxConflateBytes) {
      this.#newest.set(symbol, text);
      return true;
    }
    this.#newest.delete(symbol);
    return this.send(text);
  }

  /** Drops the queued price of `symbol`, if any. */
  forget(symbol: string): void {
    this.#newest.delete(symbol);
  }

  /** Stops sending. */
  end(): void {
    this.#ended = true;
    this.#newest.clear();
  }

  readonly #onSent = (error: Error | null): void => {
    if (this.#ended) return;
    if (error !== null) this.#parts.broken();
    else if (this.#newest.size > 0) this.#flush();
  };

  #flush(): void {
    const waiting = [...this.#newest];
    this.#newest.clear();
    // Prices that still do not fit are queued again.
    for (const [symbol, text] of waiting) this.sendPrice(symbol, text);
  }
}
