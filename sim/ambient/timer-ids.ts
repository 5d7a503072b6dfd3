/**
 * The numbers that timers of one process turn into where somebody asks for one. As in Node, a timer
 * that has fired or was cleared is known by its number no more.
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
