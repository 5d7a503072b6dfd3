/**
 * The numbers of the timers of one process, for code that converts a timer to a number. As in Node,
 * the number of a timer that has fired or was cleared is no longer valid.
 */
export class TimerIds<Timer> {
  readonly #timers = new Map<number, Timer>();
  #last = 0;

  of(timer: Timer): number {
    this.#last += 1;
    this.#timers.set(this.#last, timer);
    return this.#last;
  }

  get(number: number): Timer | undefined {
    return this.#timers.get(number);
  }

  forget(number: number): void {
    this.#timers.delete(number);
  }
}
