import type { Clock, Timer, WorkTag } from '../ports.ts';

interface Pending extends Timer {
  readonly tag: WorkTag;
  readonly dueAtMs: number;
  readonly fire: () => void;
}

/** A clock that stands still until it is told to go on. */
export class ManualClock implements Clock {
  readonly #timers = new Set<Pending>();
  #nowMs = 1_000;
  /** What the wall clock is ahead of the monotonic one. */
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

  /** Labels of the timers that run, sorted. */
  get labels(): readonly string[] {
    return [...this.#timers].map(({ tag }) => tag.label).sort();
  }

  /** Lets `ms` go by, firing each timer in its order and letting everything that follows from it happen. */
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

  /** Lets `ms` go by without firing anything, as when the process sleeps: whatever is due fires afterwards. */
  oversleep(ms: number): void {
    this.#nowMs += ms;
  }

  #nextBefore(endMs: number): Pending | undefined {
    return [...this.#timers].filter(({ dueAtMs }) => dueAtMs <= endMs).sort((a, b) => a.dueAtMs - b.dueAtMs)[0];
  }
}

/** Resolves when everything that was ready to go on has done so: longer chains of promises than this don't occur here. */
export async function quiescence(): Promise<void> {
  for (let hop = 0; hop < 200; hop += 1) await Promise.resolve();
}
