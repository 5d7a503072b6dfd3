import { KeyedBuckets } from './keyed-buckets.ts';
import type { Limits } from './limits.ts';

/** For an attacker with many addresses. */
const addressesMax = 10_000;

/** Limits failed authentications per remote address, to slow down guessing of tokens. */
export class AuthenticationLimiter {
  readonly #failures: KeyedBuckets;

  constructor({ failedAuthenticationsBurst, failedAuthenticationsPerMinute }: Limits) {
    this.#failures = new KeyedBuckets({
      burst: failedAuthenticationsBurst,
      perSecond: failedAuthenticationsPerMinute / 60,
      keysMax: addressesMax,
    });
  }

  /** Number of remembered addresses. */
  get addressCount(): number {
    return this.#failures.size;
  }

  /** Whether a token from `address` may be verified. */
  allows(address: string, nowMs: number): boolean {
    return this.#failures.level(address, nowMs) >= 1;
  }

  failed(address: string, nowMs: number): void {
    this.#failures.take(address, nowMs);
  }

  /** Drops addresses whose token bucket is full again. The sweeper calls it. */
  sweep(nowMs: number): void {
    this.#failures.sweep(nowMs);
  }
}
