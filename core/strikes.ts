import type { StrikeCode } from './closings.ts';
import { closings } from './closings.ts';
import type { Limits } from './limits.ts';

/**
 * Counts the refused requests of one connection by the reason for which it may end. Reads no clock:
 * callers pass the monotonic time.
 */
export class Strikes {
  readonly #limits: Limits;
  /** Times of the last ones, oldest first, at most one more than tolerated. */
  readonly #times = new Map<StrikeCode, number[]>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Counts one. Returns whether they are too many, so that the connection must end. */
  add(code: StrikeCode, nowMs: number): boolean {
    const { most, window } = closings[code];
    const sinceMs = nowMs - this.#limits[window];
    const times = (this.#times.get(code) ?? []).filter((atMs) => atMs > sinceMs);
    times.push(nowMs);
    this.#times.set(code, times);
    return times.length > this.#limits[most];
  }
}
