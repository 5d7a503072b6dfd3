/**
 * What a sender's operating system takes before it lets the sender wait: while the reader doesn't read and more than the window is under
 * way, whatever is sent next waits, in order, with the callbacks that say it was taken.
 */
import type { Lane } from './lane.ts';

interface Waiting {
  readonly send: () => void;
  readonly dropped: () => void;
}

export class SendWindow {
  readonly #lane: Lane;
  #waiting: Waiting[] = [];

  constructor(lane: Lane) {
    this.#lane = lane;
  }

  /** Calls `send` now, or when there is room and everything before it has been sent; `dropped` when the connection is gone before that. */
  push(send: () => void, dropped: () => void = () => undefined): void {
    if (this.#waiting.length > 0 || this.#isFull()) this.#waiting.push({ send, dropped });
    else send();
  }

  /** Something was delivered: sends what now finds room. */
  refill(): void {
    while (this.#waiting.length > 0 && !this.#isFull()) this.#waiting.shift()?.send();
  }

  /** The connection is gone, and what waits with it. */
  clear(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { dropped } of waiting) dropped();
  }

  #isFull(): boolean {
    return this.#lane.isBlocked && this.#lane.bytesUnderWay > this.#lane.windowBytes;
  }
}
