/**
 * Virtual globals for the simulator's own libraries.
 *
 * mock-socket and the parts of ioredis call the global `setTimeout`, `Date` and `Math.random`.
 * During a run, fake-timers replaces the first two; its due times are entries of the kernel's
 * queue. (As the queue itself it would limit the kernel to a quarter of its speed.) The time zone
 * is UTC during a run.
 */
import { type Clock, install } from '@sinonjs/fake-timers';
import { type Draws, scopeOf } from '../kernel/draws.ts';
import type { Domain } from '../kernel/heap.ts';
import type { Kernel } from '../kernel/kernel.ts';

/**
 * Wall time at virtual time 0: 2026-01-01T00:00:00Z. A constant, so that dates in traces can be
 * compared.
 */
export const EPOCH_MS = 1_767_225_600_000;

export const LIBRARIES: Domain = { name: 'libraries', alive: true };

const RANDOM = scopeOf('libraries', 'Math.random');

/** The priority of timers of libraries: code that runs at the same time sees them as fired. */
const FIRST = -1;

export class LibraryGlobals {
  readonly #kernel: Kernel;
  readonly #draws: Draws;
  readonly #random = Math.random;
  #clock: Clock | null = null;
  #timeZone: string | undefined;
  #drawn = 0;

  constructor(kernel: Kernel, draws: Draws) {
    this.#kernel = kernel;
    this.#draws = draws;
  }

  install(): void {
    const clock = install({
      now: EPOCH_MS,
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate', 'Date'],
    });
    const setVirtualTimeout = globalThis.setTimeout as (...all: unknown[]) => unknown;
    const wake = () => this.synchronise();
    globalThis.setTimeout = ((callback: () => void, delayMs = 0, ...values: unknown[]) => {
      // The clock of fake-timers may be behind; the delay counts from now.
      const nowMs = Math.floor(this.#kernel.nowMs);
      const dueMs = nowMs + Math.max(1, Math.ceil(delayMs));
      this.#kernel.scheduleAt(dueMs * 1000, LIBRARIES, wake, FIRST);
      const { current: owner } = this.#kernel;
      const run = (): void => {
        // A timer of another domain has fired in this event, and its microtasks have not run.
        if (this.#kernel.current !== LIBRARIES && this.#kernel.current !== owner) {
          this.#kernel.schedule(0, owner, () => callback(...(values as [])), FIRST);
          return;
        }
        // What follows belongs to the domain that started the timer, and so does an error.
        this.#kernel.enter(owner);
        try {
          callback(...(values as []));
        } catch (error) {
          this.#kernel.schedule(0, owner, () => {
            throw error;
          });
        }
      };
      return setVirtualTimeout(run, dueMs - (clock.now - EPOCH_MS));
    }) as typeof globalThis.setTimeout;
    Math.random = () => {
      this.#drawn += 1;
      return this.#draws.fractionOf(RANDOM.hash, this.#drawn);
    };
    this.#clock = clock;
    // Has no effect in worker threads, which keep the time zone of their process.
    this.#timeZone = process.env['TZ'];
    process.env['TZ'] = 'UTC';
  }

  uninstall(): void {
    this.#clock?.uninstall();
    this.#clock = null;
    Math.random = this.#random;
    if (this.#timeZone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = this.#timeZone;
  }

  /**
   * Advances the libraries' clock to the kernel's time. Each due timer has a separate event that
   * calls this, so no timer fires in other calls.
   */
  synchronise(): void {
    const clock = this.#clock;
    if (clock === null) return;
    const behindMs = Math.floor(this.#kernel.nowMs) - (clock.now - EPOCH_MS);
    if (behindMs > 0) clock.tick(behindMs);
  }
}
