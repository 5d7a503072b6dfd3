/** Token buckets that count what others have accepted, also beyond their rate. */

/** Times of records are rounded, which costs parts of a token. */
export const ROUNDING = 0.05;

interface Bucket {
  level: number;
  filledAtMs: number;
}

/** A bucket for each key, full at first. */
export class TokenBuckets {
  readonly #burst: number;
  readonly #perSecond: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(burst: number, perSecond: number) {
    this.#burst = burst;
    this.#perSecond = perSecond;
  }

  /** The number of tokens, less than 0 if more were taken than there were. */
  level(key: string, nowMs: number): number {
    return this.#filled(key, nowMs).level;
  }

  /** Takes one token, also if none is left. Returns how many are left. */
  take(key: string, nowMs: number): number {
    const bucket = this.#filled(key, nowMs);
    bucket.level -= 1;
    return bucket.level;
  }

  delete(key: string): void {
    this.#buckets.delete(key);
  }

  deleteBeginning(start: string): void {
    for (const key of [...this.#buckets.keys()]) if (key.startsWith(start)) this.#buckets.delete(key);
  }

  #filled(key: string, nowMs: number): Bucket {
    const bucket = this.#buckets.get(key) ?? { level: this.#burst, filledAtMs: nowMs };
    this.#buckets.set(key, bucket);
    bucket.level = Math.min(this.#burst, bucket.level + ((nowMs - bucket.filledAtMs) * this.#perSecond) / 1000);
    bucket.filledAtMs = nowMs;
    return bucket;
  }
}
