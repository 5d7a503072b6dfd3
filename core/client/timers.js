// @ts-check
/**
 * The timers of a client of the gateway, at most one for each purpose, so that none outlives its
 * connection.
 *
 * @import { ClientClock } from './types.ts'
 */

/** The longest delay of `setTimeout`. */
const DELAY_MAX_MS = 2 ** 31 - 1;

/** @type {ClientClock} */
export const systemClock = {
  wallMs: () => Date.now(),
  startTimer: (delayMs, fire) => {
    const timeout = setTimeout(fire, delayMs);
    return () => clearTimeout(timeout);
  },
};

export class Timers {
  #clock;
  /** By purpose, how to cancel the timer. @type {Map<string, () => void>} */
  #running = new Map();

  constructor(/** @type {ClientClock} */ clock) {
    this.#clock = clock;
  }

  /** Replaces the timer of that purpose. */
  start(/** @type {string} */ purpose, /** @type {number} */ delayMs, /** @type {() => void} */ act) {
    this.cancel(purpose);
    const fire = () => {
      this.#running.delete(purpose);
      act();
    };
    this.#running.set(purpose, this.#clock.startTimer(Math.min(delayMs, DELAY_MAX_MS), fire));
  }

  cancel(/** @type {string} */ purpose) {
    this.#running.get(purpose)?.();
    this.#running.delete(purpose);
  }

  cancelAll() {
    for (const purpose of [...this.#running.keys()]) this.cancel(purpose);
  }
}
