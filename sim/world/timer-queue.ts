/**
 * The order in which the timers of one process fire, as in Node: by due time, then by the order in
 * which they were started.
 *
 * The loop is late, never a single timer. So a timer that is due after a late one fires after it.
 * Each timer fires in a separate event: the one in which its time comes, or a later one if it has
 * to wait for another timer.
 */
import { type Entry, EventHeap } from '../kernel/heap.ts';

/**
 * A timer in the queue: due at `atUs`, numbered by its start. It has ended when `deliver` is null.
 */
export interface QueuedTimer extends Entry {
  /** Its time has come, lateness included, and it waits for the timers that are due before it. */
  isReady: boolean;
  /** The timer has ended when this returns. */
  fire(): void;
}

export class TimerQueue {
  /** Schedules a call of `fireNext` in a new event, at the current time. */
  readonly #continueSoon: () => void;
  readonly #byDue = new EventHeap<QueuedTimer>();
  #started = 0;
  /** Number of timers that are ready and wait for one that is not. */
  #waiting = 0;

  constructor(continueSoon: () => void) {
    this.#continueSoon = continueSoon;
  }

  /** The number of the next timer, in the order of their start. */
  nextId(): number {
    this.#started += 1;
    return this.#started;
  }

  add(timer: QueuedTimer): void {
    this.#byDue.push(timer);
  }

  /** The timer's time has come: it fires now, or after the timers that are due before it. */
  ready(timer: QueuedTimer): void {
    timer.isReady = true;
    this.#waiting += 1;
    this.fireNext();
  }

  /** Fires the timer that is due first, if it is ready. */
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

  /** Continues with the first timer, if it was ready and waited only for the one that has ended. */
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
