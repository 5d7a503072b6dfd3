/** Timers of the machine, for a server outside of a simulation. */
import type { Domain, Entry } from '../kernel/heap.ts';
import type { ServerTimers } from '../redis/transport/direct-transport.ts';

const REDIS: Domain = { name: 'redis', alive: true };
/** Node fires a longer timer at once. */
const DELAY_MS_MAX = 2 ** 31 - 1;

/** A timer, which is cancelled by setting `deliver` to null. */
class RealTimer implements Entry {
  readonly domain = REDIS;
  readonly priority = 0;
  readonly atUs: number;
  readonly id: number;
  #callback: (() => void) | null;
  #timeout: NodeJS.Timeout;

  constructor(id: number, delayMs: number, callback: () => void) {
    this.id = id;
    this.atUs = (performance.now() + delayMs) * 1000;
    this.#callback = callback;
    this.#timeout = this.#start();
  }

  get deliver(): (() => void) | null {
    return this.#callback;
  }

  set deliver(callback: (() => void) | null) {
    this.#callback = callback;
    if (callback === null) clearTimeout(this.#timeout);
  }

  #start(): NodeJS.Timeout {
    const restMs = this.atUs / 1000 - performance.now();
    return setTimeout(() => this.#fire(), Math.min(restMs, DELAY_MS_MAX));
  }

  #fire(): void {
    if (this.atUs / 1000 - performance.now() > 1) {
      this.#timeout = this.#start();
      return;
    }
    const callback = this.#callback;
    this.#callback = null;
    callback?.();
  }
}

export class RealTimers implements ServerTimers {
  #created = 0;

  schedule(delayMs: number, callback: () => void): Entry {
    this.#created += 1;
    return new RealTimer(this.#created, delayMs, callback);
  }
}
