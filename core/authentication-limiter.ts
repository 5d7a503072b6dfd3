import { TokenBucket } from './limiter.ts';
import type { Limits } from './limits.ts';

// An attacker with many addresses must not fill the memory; the oldest half is forgotten.
const addressesMax = 10_000;

/** Counts failed authentications per remote address, so that tokens can't be guessed at full speed. */
export class AuthenticationLimiter {
  readonly #limits: Limits;
  readonly #failures = new Map<string, TokenBucket>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Addresses that are remembered. */
  get addressCount(): number {
    return this.#failures.size;
  }

  /** Whether a token from `address` may be looked at. */
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

  /** Drops the addresses whose failures are forgiven. The sweeper calls it. */
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
