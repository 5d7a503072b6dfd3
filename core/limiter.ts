/**
 * A token bucket: `burst` tokens at once, then `perSecond`. Reads no clock: callers pass the
 * monotonic time.
 */
export class TokenBucket {
  readonly #burst: number;
  readonly #perMs: number;
  #level: number;
  #filledAtMs: number;

  constructor(burst: number, perSecond: number, nowMs: number) {
    this.#burst = burst;
    this.#perMs = perSecond / 1000;
    this.#level = burst;
    this.#filledAtMs = nowMs;
  }

  /** Takes one token. Returns false if none is left. */
  take(nowMs: number): boolean {
    if (this.level(nowMs) < 1) return false;
    this.#level -= 1;
    return true;
  }

  /** Number of tokens at `nowMs`, at most the burst. */
  level(nowMs: number): number {
    this.#level = Math.min(this.#burst, this.#level + (nowMs - this.#filledAtMs) * this.#perMs);
    this.#filledAtMs = nowMs;
    return this.#level;
  }

  isFull(nowMs: number): boolean {
    return this.level(nowMs) >= this.#burst;
  }
}
