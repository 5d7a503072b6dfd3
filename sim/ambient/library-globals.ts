/**
 * Virtual globals for the simulator's own libraries.
 *
 * mock-socket and the parts of ioredis call the global `setTimeout`, `Date` and `Math.random`.
 * While a run's loop lasts, fake-timers stands in for the first two; its due times are entries of
 * the kernel's queue. (As the queue itself it would cap the kernel at a quarter of its speed.) The
 * time zone is UTC meanwhile.
 */
import { type Clock, install } from '@sinonjs/fake-timers';
import { type Draws, scopeOf } from '../kernel/draws.ts';
import type { Domain } from '../kernel/heap.ts';
import type { Kernel } from '../kernel/kernel.ts';

/**
 * Wall time at virtual time 0: 2026-01-01T00:00:00Z. A constant, so that dates in a trace can be
 * read.
 */
export const EPOCH_MS = 1_767_225_600_000;

export const LIBRARIES: Domain = { name: 'libraries', alive: true };

const RANDOM = scopeOf('libraries', 'Math.random');

/**
 * Before everything else of the same moment: whoever looks at the time finds all that was due then
 * already done.
 */
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
      // The clock stands where it was last looked at; the delay counts from now.
      const nowMs = Math.floor(this.#kernel.nowMs);
      const dueMs = nowMs + Math.max(1, Math.ceil(delayMs));
      this.#kernel.scheduleAt(dueMs * 1000, LIBRARIES, wake, FIRST);
      const { current: owner } = this.#kernel;
      // What they throw later, they throw for whoever called them.
      const run = (): void => {
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
    // Without effect in worker threads, which have the time zone that their process had.
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
   * Brings the libraries' time up to the kernel's. What falls due fires in an event of its own, so
   * nothing fires when others call this.
   */
  synchronise(): void {
    const clock = this.#clock;
    if (clock === null) return;
    const behindMs = Math.floor(this.#kernel.nowMs) - (clock.now - EPOCH_MS);
    if (behindMs > 0) clock.tick(behindMs);
  }
}
