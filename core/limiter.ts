/** `burst` tokens at once, then `perSecond`. One object for all buckets of a kind. */
export interface TokenRate {
  readonly burst: number;
  readonly perSecond: number;
}

/** A token bucket. Reads no clock: callers pass the monotonic time. */
export class TokenBucket {
  readonly #rate: TokenRate;
  #level: number;
  #filledAtMs: number;

  constructor(rate: TokenRate, nowMs: number) {
    this.#rate = rate;
    this.#level = rate.burst;
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
    const { burst, perSecond } = this.#rate;
    this.#level = Math.min(burst, this.#level + (nowMs - this.#filledAtMs) * (perSecond / 1000));
    this.#filledAtMs = nowMs;
    return this.#level;
  }

  isFull(nowMs: number): boolean {
    return this.level(nowMs) >= this.#rate.burst;
  }
}
