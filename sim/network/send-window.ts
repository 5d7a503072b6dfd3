/**
 * What a sender's operating system takes before it lets the sender wait: while the reader doesn't read and more than the window is under
 * way, whatever is sent next waits, in order. That something was taken is said in order too, and to everybody before the connection is gone.
 */
import type { Lane } from './lane.ts';

export interface Outgoing {
  send(): void;
  /** It waited, and the connection is gone. */
  lost?(): void;
  /** Called once: when it was taken, or with the reason why it never will be. */
  confirm?(error: Error | null): void;
}

export class SendWindow {
  readonly #lane: Lane;
  /** Arranges for `confirmNext`, not before what was arranged for earlier. */
  readonly #onTaken: () => void;
  #waiting: Outgoing[] = [];
  #unconfirmed: Outgoing[] = [];

  constructor(lane: Lane, onTaken: () => void) {
    this.#lane = lane;
    this.#onTaken = onTaken;
  }

  /** Sends now, or when there is room and everything before it has been sent. */
  push(outgoing: Outgoing): void {
    if (this.#waiting.length > 0 || this.#isFull()) this.#waiting.push(outgoing);
    else this.#take(outgoing);
  }

  /** Something was delivered: sends what now finds room. */
  refill(): void {
    while (!this.#isFull()) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#take(next);
    }
  }

  readonly confirmNext = (): void => {
    this.#unconfirmed.shift()?.confirm?.(null);
  };

  /**
   * The connection is gone, and what waits with it. As in Node, the first of what waits has been handed over in part and counts as taken; the
   * others are told the error.
   * @returns whether anybody was told anything
   */
  fail(error: () => Error): boolean {
    const unconfirmed = this.#unconfirmed;
    const waiting = this.drop();
    for (const outgoing of unconfirmed) outgoing.confirm?.(null);
    waiting.forEach((outgoing, index) => outgoing.confirm?.(index === 0 ? null : error()));
    return unconfirmed.length + waiting.length > 0;
  }

  /** The same, but there is nobody left to be told. */
  drop(): readonly Outgoing[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#unconfirmed = [];
    for (const outgoing of waiting) outgoing.lost?.();
    return waiting;
  }

  #take(outgoing: Outgoing): void {
    if (outgoing.confirm !== undefined) {
      this.#unconfirmed.push(outgoing);
      this.#onTaken();
    }
    outgoing.send();
  }

  #isFull(): boolean {
    return this.#lane.isBlocked && this.#lane.bytesUnderWay > this.#lane.windowBytes;
  }
}
