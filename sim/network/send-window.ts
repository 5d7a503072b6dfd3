/**
 * The send buffer of the operating system. While the reader does not read and more bytes than the
 * window are under way, further frames wait, in order. Senders are notified of taken frames in
 * order, too, and before the connection ends. When the connection is reset, and the process has not
 * seen that yet, the operating system refuses what is sent.
 */
import type { Lane } from './lane.ts';
import { writeFailed } from './stream-errors.ts';

export interface Outgoing {
  send(): void;
  /** The connection ended while it waited. */
  lost?(): void;
  /** Called once: with null when it was taken, or with the error why it was not. */
  confirm?(error: Error | null): void;
}

export class SendWindow {
  readonly #lane: Lane;
  /** Schedules `confirmNext`, in the order of the calls. */
  readonly #onTaken: () => void;
  #waiting: Outgoing[] = [];
  #unconfirmed: Outgoing[] = [];
  #refused: Outgoing[] = [];

  constructor(lane: Lane, onTaken: () => void) {
    this.#lane = lane;
    this.#onTaken = onTaken;
  }

  /** Sends now, or when there is room and everything before it has been sent. */
  push(outgoing: Outgoing): void {
    if (this.#waiting.length > 0 || this.#isFull()) this.#waiting.push(outgoing);
    else this.#take(outgoing);
  }

  /**
   * The connection is reset. Returns false without an effect while frames wait, which are behind a
   * write that is under way.
   */
  refuse(outgoing: Outgoing): boolean {
    if (this.#waiting.length > 0) return false;
    outgoing.lost?.();
    this.#refused.push(outgoing);
    return true;
  }

  /** Notifies the senders of refused frames, after those of taken ones. */
  failRefused(): void {
    const [unconfirmed, refused] = [this.#unconfirmed, this.#refused];
    this.#unconfirmed = [];
    this.#refused = [];
    for (const outgoing of unconfirmed) outgoing.confirm?.(null);
    refused.forEach((outgoing, index) => outgoing.confirm?.(writeFailed(index === 0)));
  }

  /** Something was delivered: sends what now fits. */
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
   * The connection has ended, and waiting frames are lost. As in Node, the first of them was handed
   * over in part and counts as taken; the others fail with `error`. Returns whether a sender was
   * notified.
   */
  fail(error: () => Error): boolean {
    const count = this.#unconfirmed.length + this.#refused.length + this.#waiting.length;
    this.failRefused();
    this.drop().forEach((outgoing, index) => outgoing.confirm?.(index === 0 ? null : error()));
    return count > 0;
  }

  /** The process has ended: waiting frames are lost, and their senders are not notified. */
  drop(): readonly Outgoing[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#unconfirmed = [];
    this.#refused = [];
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
