import type { RateStore } from '../ports.ts';

/** Buckets of users that the nodes of a test share. Fails while `isAway`. */
export class FakeRates implements RateStore {
  isAway = false;
  /** Number of frames that were added. */
  added = 0;
  readonly #fullAtMs = new Map<string, number>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  fastUsers(): ReturnType<RateStore['fastUsers']> {
    return this.#answer(() => ({ timeMs: this.#nowMs(), users: [...this.#fullAtMs.keys()] }));
  }

  addFrames(
    user: string,
    { count, sinceMs, lateAfterMs }: Parameters<RateStore['addFrames']>[1],
    perSecond: number,
  ): Promise<number> {
    return this.#answer(() => {
      const nowMs = this.#nowMs();
      let fullAtMs = this.#fullAtMs.get(user) ?? 0;
      if (count > 0 && nowMs - sinceMs <= lateAfterMs) {
        this.added += count;
        fullAtMs = Math.max(fullAtMs, sinceMs) + (count * 1000) / perSecond;
        this.#fullAtMs.set(user, fullAtMs);
      }
      return Math.max(0, fullAtMs - nowMs);
    });
  }

  #answer<Value>(answer: () => Value): Promise<Value> {
    return this.isAway ? Promise.reject(new Error('the store is away')) : Promise.resolve(answer());
  }
}
