import type { Clock } from './ports.ts';

/** An older sample is replaced by any other, because clocks drift. */
const SAMPLE_KEPT_MS = 60_000;

/**
 * The clock of the store, which all nodes share, while wall clocks of nodes may be off. Estimated
 * from the sample whose answer took the shortest time, and off by at most that time.
 */
export class StoreTime {
  readonly #clock: Clock;
  /** Store time minus monotonic time. */
  #offsetMs = 0;
  #roundTripMs = Infinity;
  #sampledAtMs = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The store has just answered a request for its time that was sent then. */
  sampled(timeMs: number, sentAtMs: number): void {
    const nowMs = this.#clock.monotonicMs();
    const roundTripMs = nowMs - sentAtMs;
    if (roundTripMs > this.#roundTripMs && nowMs - this.#sampledAtMs < SAMPLE_KEPT_MS) return;
    this.#offsetMs = timeMs - (sentAtMs + nowMs) / 2;
    this.#roundTripMs = roundTripMs;
    this.#sampledAtMs = nowMs;
  }

  get nowMs(): number {
    return this.at(this.#clock.monotonicMs());
  }

  /** The store time at a monotonic time. */
  at(monotonicMs: number): number {
    return Math.round(monotonicMs + this.#offsetMs);
  }
}
