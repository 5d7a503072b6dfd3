import type { Limits } from './limits.ts';
import type { Socket } from './ports.ts';

export interface OutboxParts {
  readonly socket: Socket;
  readonly limits: Limits;
  /** The other side reads too slowly: more than the maximum waits. */
  readonly overflowed: () => void;
  /** The transport takes nothing any more. */
  readonly broken: () => void;
}

/**
 * What waits to be sent to one connection. Prices may be overtaken by newer ones of their symbol; every other frame is sent
 * in order. Nothing in here throws.
 */
export class Outbox {
  readonly #parts: OutboxParts;
  readonly #newest = new Map<string, string>();
  #ended = false;

  constructor(parts: OutboxParts) {
    this.#parts = parts;
  }

  /** Sends a frame that must not be lost. False when the connection ended instead. */
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

  /** Sends a price, now or when there is room; meanwhile a newer one of its symbol takes its place. False as in `send`. */
  sendPrice(symbol: string, text: string): boolean {
    if (this.#ended) return false;
    if (this.#parts.socket.bufferedBytes > this.#parts.limits.outboxConflateBytes) {
      this.#newest.set(symbol, text);
      return true;
    }
    this.#newest.delete(symbol);
    return this.send(text);
  }

  /** Drops the price of `symbol` that still waits, if any: nobody wants it any more. */
  forget(symbol: string): void {
    this.#newest.delete(symbol);
  }

  /** Nothing is sent from now on. */
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
    // Those that find no room go back.
    for (const [symbol, text] of waiting) this.sendPrice(symbol, text);
  }
}
