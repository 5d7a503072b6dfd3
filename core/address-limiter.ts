import type { ClosingCode } from './closings.ts';
import { closings } from './closings.ts';
import { KeyedBuckets } from './keyed-buckets.ts';
import type { Limits } from './limits.ts';

/** For an attacker with many addresses. */
const addressesMax = 100_000;

/** The connections of each address: the number that are open, and the rate of new ones. */
export class AddressLimiter {
  readonly #limits: Limits;
  readonly #open = new Map<string, number>();
  readonly #fresh: KeyedBuckets;

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#fresh = new KeyedBuckets({
      burst: limits[closings.address_rate_limited.most],
      perSecond: limits.newConnectionsPerSecond,
      keysMax: addressesMax,
    });
  }

  /** Why a new connection must be refused, or null. */
  refusalOf(address: string, nowMs: number): ClosingCode | null {
    if ((this.#open.get(address) ?? 0) >= this.#limits[closings.address_full.most]) return 'address_full';
    return this.#fresh.level(address, nowMs) < 1 ? 'address_rate_limited' : null;
  }

  opened(address: string, nowMs: number): void {
    this.#open.set(address, (this.#open.get(address) ?? 0) + 1);
    this.#fresh.take(address, nowMs);
  }

  closed(address: string): void {
    const count = (this.#open.get(address) ?? 0) - 1;
    if (count > 0) this.#open.set(address, count);
    else this.#open.delete(address);
  }

  /** The sweeper calls it. */
  sweep(nowMs: number): void {
    this.#fresh.sweep(nowMs);
  }
}
