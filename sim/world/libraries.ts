/**
 * Virtual globals for the simulator's own libraries.
 *
 * mock-socket and ioredis-mock call the global `setTimeout` and `Date`. While a run's loop lasts, fake-timers stands in for these; its next
 * due time is one entry of the kernel's queue. (As the queue itself it would cap the kernel at a quarter of its speed.)
 */
import { type Clock, install } from '@sinonjs/fake-timers';
import type { Domain } from '../kernel/heap.ts';
import type { Kernel } from '../kernel/kernel.ts';

/** Wall time at virtual time 0: 2026-01-01T00:00:00Z. A constant, so that dates in a trace can be read. */
export const EPOCH_MS = 1_767_225_600_000;

const LIBRARIES: Domain = { name: 'libraries', alive: true };

export class LibraryGlobals {
  readonly #kernel: Kernel;
  #clock: Clock | null = null;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  install(): void {
    const clock = install({
      now: EPOCH_MS,
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate', 'Date'],
    });
    const setVirtualTimeout = globalThis.setTimeout;
    const wake = () => this.synchronise();
    globalThis.setTimeout = ((callback: () => void, delayMs = 0, ...values: unknown[]) => {
      this.#kernel.schedule(Math.max(1, delayMs) * 1000, LIBRARIES, wake);
      return (setVirtualTimeout as (...all: unknown[]) => unknown)(callback, delayMs, ...values);
    }) as typeof globalThis.setTimeout;
    this.#clock = clock;
  }

  uninstall(): void {
    this.#clock?.uninstall();
    this.#clock = null;
  }

  /** Brings the libraries' time up to the kernel's, firing what is due. */
  synchronise(): void {
    const clock = this.#clock;
    if (clock === null) return;
    const behindMs = Math.floor(this.#kernel.nowMs) - (clock.now - EPOCH_MS);
    if (behindMs > 0) clock.tick(behindMs);
  }
}
