/** Counting semaphore, FIFO. */
export class Semaphore {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(permits: number) {
    this.#free = permits;
  }

  /** Resolves when the caller holds a permit, which it has to return with `leave`. */
  enter(): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1;
      return Promise.resolve();
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  leave(): void {
    const next = this.#waiting.shift();
    // The permit passes directly to the next waiter, so that no later caller overtakes it.
    if (next === undefined) this.#free += 1;
    else next();
  }
}
