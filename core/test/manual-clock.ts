import type { Clock, Timer, WorkTag } from '../ports.ts';

interface Pending extends Timer {
  readonly tag: WorkTag;
  readonly dueAtMs: number;
  readonly fire: () => void;
}

/** A clock that only the test advances. */
export class ManualClock implements Clock {
  readonly #timers = new Set<Pending>();
  #nowMs = 1_000;
  /** Offset of the wall clock from the monotonic clock. */
  wallOffsetMs = 1_700_000_000_000;

  monotonicMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return this.wallOffsetMs + this.#nowMs;
  }

  startTimer(tag: WorkTag, delayMs: number, fire: () => void): Timer {
    const timer: Pending = {
      tag,
      dueAtMs: this.#nowMs + delayMs,
      fire,
      cancel: () => {
        this.#timers.delete(timer);
      },
    };
    this.#timers.add(timer);
    return timer;
  }

  /** Labels of the pending timers, sorted. */
  get labels(): readonly string[] {
    return [...this.#timers].map(({ tag }) => tag.label).sort();
  }

  /** Advances by `ms`. Fires timers in order and runs all microtasks after each. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await quiescence();
    for (let next = this.#nextBefore(endMs); next !== undefined; next = this.#nextBefore(endMs)) {
      this.#timers.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.dueAtMs);
      next.fire();
      await quiescence();
    }
    this.#nowMs = endMs;
  }

  /**
   * Advances by `ms` without firing timers, as when the process is suspended. Due timers fire
   * later.
   */
  oversleep(ms: number): void {
    this.#nowMs += ms;
  }

  #nextBefore(endMs: number): Pending | undefined {
    return [...this.#timers].filter(({ dueAtMs }) => dueAtMs <= endMs).sort((a, b) => a.dueAtMs - b.dueAtMs)[0];
  }
}

/**
 * Resolves after 200 turns of the microtask queue, more than any chain of promises in these tests.
 */
export async function quiescence(): Promise<void> {
  for (let hop = 0; hop < 200; hop += 1) await Promise.resolve();
}
