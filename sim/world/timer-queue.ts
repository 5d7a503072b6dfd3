/**
 * The order in which one process's timers fire, which is Node's: by the moment they are due, and by the order of their start where that is the same.
 *
 * It is the loop that is late, never a single timer: whatever is due behind a timer that is late comes after it. Each fires in an event of its
 * own: that in which its time comes, unless it has to wait then.
 */
import { type Entry, EventHeap } from '../kernel/heap.ts';

/** A timer in the queue: due at `atUs`, numbered by its start, and over when `deliver` is null. */
export interface QueuedTimer extends Entry {
  /** Its time has come, lateness included, and it waits for what is due before it. */
  isReady: boolean;
  /** It is over when this returns. */
  fire(): void;
}

export class TimerQueue {
  /** Arranges for `fireNext` in an event of its own, now. */
  readonly #continueSoon: () => void;
  readonly #byDue = new EventHeap<QueuedTimer>();
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
    if (timer?.isReady !== true) return;
    this.#byDue.pop();
    this.#waiting -= 1;
    this.#goOn();
    timer.fire();
  }

  cancel(timer: QueuedTimer): void {
    timer.deliver = null;
    if (timer.isReady) this.#waiting -= 1;
    this.#goOn();
  }

  /** Whoever is first now may have waited for nothing else. */
  #goOn(): void {
    if (this.#waiting > 0 && this.#first()?.isReady === true) this.#continueSoon();
  }

  #first(): QueuedTimer | undefined {
    let first = this.#byDue.peek();
    while (first?.deliver === null) {
      this.#byDue.pop();
      first = this.#byDue.peek();
    }
    return first;
  }
}
