/**
 * The order in which one life's timers fire, which is Node's: by the moment they are due, and by the order of their start where that is the same.
 *
 * It is the loop that is late, never a single timer: whatever is due behind a timer that is late comes after it. Each fires in an event of its
 * own.
 */
import { type Entry, EventHeap } from '../kernel/heap.ts';

/** A timer in the queue, at the moment when it is due; cancelled when `deliver` is null. */
export interface QueuedTimer extends Entry {
  /** Its time has come, lateness included. */
  isReady: boolean;
}

export class TimerQueue {
  /** Arranges for `fireNext` in an event of its own, now. */
  readonly #continueSoon: () => void;
  readonly #byDue = new EventHeap();
  #started = 0;
  /** Ready, but due behind one that is not. */
  #waiting = 0;

  constructor(continueSoon: () => void) {
    this.#continueSoon = continueSoon;
  }

  /** Numbers the timers in the order of their start. */
  nextId(): number {
    this.#started += 1;
    return this.#started;
  }

  add(timer: QueuedTimer): void {
    this.#byDue.push(timer);
  }

  /** A timer's time has come: it fires now, or when all that is due before it has. */
  ready(timer: QueuedTimer): void {
    timer.isReady = true;
    this.#waiting += 1;
    this.fireNext();
  }

  /** Fires the timer that is due first, if its time has come. */
  fireNext(): void {
    const timer = this.#first();
    if (timer === null || !timer.isReady) return;
    const fire = timer.deliver;
    this.cancel(timer);
    fire?.();
  }

  cancel(timer: QueuedTimer): void {
    if (timer.deliver === null) return;
    timer.deliver = null;
    if (timer.isReady) this.#waiting -= 1;
    if (this.#waiting > 0 && this.#first()?.isReady === true) this.#continueSoon();
  }

  #first(): QueuedTimer | null {
    for (;;) {
      const first = this.#byDue.peek() as QueuedTimer | undefined;
      if (first === undefined) return null;
      if (first.deliver !== null) return first;
      this.#byDue.pop();
    }
  }
}
