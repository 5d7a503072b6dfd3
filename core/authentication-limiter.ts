import { TokenBucket } from './limiter.ts';
import type { Limits } from './limits.ts';

// Bounds the memory that an attacker with many addresses can use. When full, the oldest half is
// dropped.
const addressesMax = 10_000;

/** Limits failed authentications per remote address, to slow down guessing of tokens. */
export class AuthenticationLimiter {
  readonly #limits: Limits;
  readonly #failures = new Map<string, TokenBucket>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Number of remembered addresses. */
  get addressCount(): number {
    return this.#failures.size;
  }

  /** Whether a token from `address` may be verified. */
  allows(address: string, nowMs: number): boolean {
    const bucket = this.#failures.get(address);
    return bucket === undefined || bucket.level(nowMs) >= 1;
  }

  failed(address: string, nowMs: number): void {
    let bucket = this.#failures.get(address);
    if (bucket === undefined) {
      if (this.#failures.size >= addressesMax) this.#forgetOldestHalf();
      const perSecond = this.#limits.failedAuthenticationsPerMinute / 60;
      bucket = new TokenBucket(this.#limits.failedAuthenticationsBurst, perSecond, nowMs);
      this.#failures.set(address, bucket);
    }
    bucket.take(nowMs);
  }

  /** Drops addresses whose token bucket is full again. The sweeper calls it. */
  sweep(nowMs: number): void {
    for (const [address, bucket] of [...this.#failures]) {
      if (bucket.isFull(nowMs)) this.#failures.delete(address);
    }
  }

  #forgetOldestHalf(): void {
    const addresses = [...this.#failures.keys()];
    for (const address of addresses.slice(0, addressesMax / 2)) this.#failures.delete(address);
  }
}
