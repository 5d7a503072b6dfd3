import type { Limits } from './limits.ts';
import { Pacing } from './pacing.ts';
import type { Clock, Price, Socket } from './ports.ts';
import { priceText, snapshotText, staleText } from './price-frames.ts';

/** Shared by all outboxes. */
export interface OutboxParts {
  readonly limits: Limits;
  readonly clock: Clock;
  /** The client reads too slowly: more than `outboxMaxBytes` are queued. */
  readonly overflowed: (connection: string) => void;
  /** A queued price was replaced by a newer one. */
  readonly conflated: () => void;
  /** The socket cannot send. */
  readonly broken: (connection: string) => void;
}

/** The newest price of a symbol, to be sent. */
interface Newest {
  readonly price: Price;
  /** The frame, if the client has the price before and no snapshot is due. */
  readonly text: string;
  /** Number of prices that it has replaced. */
  readonly skipped: number;
  /** Sent as a snapshot. */
  readonly isSnapshot: boolean;
  /** The frame `stale` follows it. */
  readonly isStale: boolean;
}

/**
 * The queue of frames to one connection. Prices are queued while the client reads slowly, or for
 * the rate that it has asked for. A queued price is replaced by a newer one of its symbol; all
 * other frames are sent in order. No method throws.
 */
export class Outbox {
  readonly #parts: OutboxParts;
  readonly #socket: Socket;
  readonly #connection: string;
  /** Null until a price waits, which it never does for most clients: that saves memory. */
  #newest: Map<string, Newest> | null = null;
  /** Null until the client asks for a rate: most never do. */
  #pacing: Pacing | null = null;
  #ended = false;

  /** @param connection the identifier of the connection */
  constructor(parts: OutboxParts, socket: Socket, connection: string) {
    this.#parts = parts;
    this.#socket = socket;
    this.#connection = connection;
  }

  /** Whether a text of this length can be sent without ending the connection. */
  hasRoomFor(characters: number): boolean {
    const { bufferedBytes } = this.#socket;
    return bufferedBytes + characters <= this.#parts.limits.outboxMaxBytes;
  }

  /** Sends a frame that must not be lost. Returns false if the connection ended instead. */
  send(text: string): boolean {
    if (this.#ended) return false;
    if (!this.hasRoomFor(text.length)) {
      this.#parts.overflowed(this.#connection);
      return false;
    }
    try {
      // A new function for each frame, because one for each connection would outlive it.
      this.#socket.send(text, (error) => this.#onSent(error));
    } catch {
      this.#parts.broken(this.#connection);
      return false;
    }
    return true;
  }

  /**
   * Sends a price now, or queues it until the client has read enough. Returns false like `send`.
   *
   * @param text the frame with the price, which skips nothing
   */
  sendPrice(price: Price, text: string): boolean {
    const waiting = this.#newest?.get(price.symbol);
    const skipped = waiting === undefined ? 0 : waiting.skipped + 1;
    const isSnapshot = waiting !== undefined && (waiting.isSnapshot || waiting.isStale);
    return this.#offer({ price, text, skipped, isSnapshot, isStale: false });
  }

  /** Like `sendPrice`, for a price that does not follow the one before. */
  sendSnapshot(price: Price): boolean {
    return this.#offer({ price, text: '', skipped: 0, isSnapshot: true, isStale: false });
  }

  /** From now on at most this number of prices of `symbol` is sent per second; all by default. */
  pace(symbol: string, maxPerSecond: number | undefined): void {
    const { clock } = this.#parts;
    const owner = `conn:${this.#connection}`;
    if (maxPerSecond !== undefined) this.#pacing ??= new Pacing({ clock, owner, due: () => this.#flush() });
    this.#pacing?.set(symbol, maxPerSecond);
  }

  /**
   * Sends `stale` after the queued price of `symbol`, or now. A price that waits for its pace only
   * is sent now, because none may follow for long. Returns false like `send`.
   */
  sendStale(symbol: string): boolean {
    const waiting = this.#newest?.get(symbol);
    if (waiting === undefined) return this.send(staleText(symbol));
    return this.#offer({ ...waiting, isStale: true });
  }

  /** Drops the queued price of `symbol`, if any. */
  forget(symbol: string): void {
    this.#newest?.delete(symbol);
  }

  /** Stops sending. */
  end(): void {
    this.#ended = true;
    this.#pacing?.end();
    this.#newest?.clear();
  }

  #offer(newest: Newest): boolean {
    const { symbol } = newest.price;
    if (this.#ended) return false;
    const replaced = this.#newest?.get(symbol);
    if (replaced !== undefined && replaced.price !== newest.price) this.#parts.conflated();
    const isFull = this.#socket.bufferedBytes > this.#parts.limits.outboxConflateBytes;
    if (isFull || (!newest.isStale && this.#pacing?.allows(symbol) === false)) {
      this.#newest ??= new Map();
      this.#newest.set(symbol, newest);
      return true;
    }
    this.#newest?.delete(symbol);
    this.#pacing?.sent(symbol);
    return this.send(textOf(newest)) && (!newest.isStale || this.send(staleText(symbol)));
  }

  #onSent(error: Error | null | undefined): void {
    if (this.#ended) return;
    if (error !== null && error !== undefined) this.#parts.broken(this.#connection);
    else if (this.#newest !== null && this.#newest.size > 0) this.#flush();
  }

  #flush(): void {
    const waiting = [...(this.#newest?.values() ?? [])];
    this.#newest?.clear();
    // Prices that still do not fit are queued again.
    for (const newest of waiting) this.#offer(newest);
  }
}

function textOf({ price, text, skipped, isSnapshot }: Newest): string {
  if (isSnapshot) return snapshotText(price.symbol, price);
  return skipped === 0 ? text : priceText(price, skipped);
}
