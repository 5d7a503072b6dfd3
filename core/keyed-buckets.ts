import { TokenBucket, type TokenRate } from './limiter.ts';

export interface KeyedBucketsOptions extends TokenRate {
  /** Bounds the memory. When full, the oldest half of the keys is forgotten. */
  readonly keysMax: number;
}

/** A token bucket for each key, such as a user or an address. A key that is not used is full. */
export class KeyedBuckets {
  readonly #options: KeyedBucketsOptions;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(options: KeyedBucketsOptions) {
    this.#options = options;
  }

  /** Number of remembered keys. */
  get size(): number {
    return this.#buckets.size;
  }

  /** Takes one token. Returns false if none is left. */
  take(key: string, nowMs: number): boolean {
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      if (this.#buckets.size >= this.#options.keysMax) this.#forgetOldestHalf();
      bucket = new TokenBucket(this.#options, nowMs);
      this.#buckets.set(key, bucket);
    }
    return bucket.take(nowMs);
  }

  /** Number of tokens at `nowMs`. */
  level(key: string, nowMs: number): number {
    return this.#buckets.get(key)?.level(nowMs) ?? this.#options.burst;
  }

  /** Forgets keys whose bucket is full again. The sweeper calls it. */
  sweep(nowMs: number): void {
    for (const [key, bucket] of [...this.#buckets]) if (bucket.isFull(nowMs)) this.#buckets.delete(key);
  }

  #forgetOldestHalf(): void {
    const keys = [...this.#buckets.keys()];
    for (const key of keys.slice(0, Math.ceil(keys.length / 2))) this.#buckets.delete(key);
  }
}
