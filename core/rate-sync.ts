import type { ClusterRates } from './cluster-rates.ts';
import { COUNTED_WITHIN_MS } from './cluster-rates.ts';
import type { RateStore } from './ports.ts';
import type { RoundsParts } from './rounds.ts';
import { Rounds } from './rounds.ts';

export interface RateSyncParts extends RoundsParts {
  readonly store: RateStore;
  readonly rates: Pick<ClusterRates, 'unsharedUsers' | 'share' | 'learned'>;
  readonly registry: { connectionsOf(user: string): readonly unknown[] };
}

/** Users who sent fast longer ago were looked at by every node that lives. */
const FAST_WITHIN_MS = 3000;
/** An older estimate is replaced by any other, because clocks drift. */
const OFFSET_KEPT_MS = 60_000;

/**
 * Shares with other nodes, in each round, the frames that this one has read, and learns of theirs:
 * of users who have sent some here or who send fast elsewhere. A frame is shared at most once, so
 * that none counts twice. So nodes that cannot reach the store count alone.
 */
export class RateSync {
  readonly #parts: RateSyncParts;
  readonly #rounds: Rounds;
  /** Users who have just been authenticated. */
  readonly #entered = new Set<string>();
  /** Time of the store minus monotonic time, or less. */
  #offsetMs = -Infinity;
  #sampledAtMs = -Infinity;

  constructor(parts: RateSyncParts) {
    this.#parts = parts;
    this.#rounds = new Rounds(parts, {
      name: 'rates',
      everyMs: parts.limits.usersCheckEveryMs,
      alert: 'rates_unsynced',
      round: (signal) => this.#round(signal),
    });
  }

  /** A user was authenticated, and may have sent frames to other nodes. */
  entered(user: string): void {
    this.#entered.add(user);
    this.#rounds.wake();
  }

  /** Runs rounds until `signal` aborts. */
  run(signal: AbortSignal): Promise<void> {
    return this.#rounds.run(signal);
  }

  /** Returns false if the store did not answer in time. */
  async #round(signal: AbortSignal): Promise<boolean> {
    const { clock, limits, store, rates, registry } = this.#parts;
    const sinceMs = clock.monotonicMs() + this.#offsetMs - FAST_WITHIN_MS;
    const fast = await this.#rounds.inTime(store.fastUsers(Math.max(0, sinceMs)), signal);
    if (fast === false) return false;
    this.#sampled(fast.value.timeMs);
    const here = fast.value.users.filter((user) => registry.connectionsOf(user).length > 0);
    const users = [...new Set([...this.#entered, ...rates.unsharedUsers(), ...here])];
    this.#entered.clear();
    let isDone = true;
    for (let first = 0; first < users.length; first += limits.storeConcurrencyMax) {
      const some = users.slice(first, first + limits.storeConcurrencyMax);
      const done = await Promise.all(some.map((user) => this.#exchange(user, signal).catch(() => false)));
      isDone &&= !done.includes(false);
    }
    return isDone;
  }

  async #exchange(user: string, signal: AbortSignal): Promise<boolean> {
    const { clock, limits, store, rates } = this.#parts;
    const askedAtMs = clock.monotonicMs();
    const { count, sinceMs } = rates.share(user, askedAtMs);
    const frames = { count, sinceMs: Math.floor(sinceMs + this.#offsetMs), lateAfterMs: COUNTED_WITHIN_MS };
    const answer = await this.#rounds.inTime(store.addFrames(user, frames, limits.userFramesPerSecond), signal);
    if (answer === false) return false;
    rates.learned(user, askedAtMs, answer.value);
    return true;
  }

  /** The store has answered with its time. Frames never seem to be later than they are. */
  #sampled(timeMs: number): void {
    const nowMs = this.#parts.clock.monotonicMs();
    const offsetMs = timeMs - nowMs;
    if (offsetMs < this.#offsetMs && nowMs - this.#sampledAtMs < OFFSET_KEPT_MS) return;
    this.#offsetMs = offsetMs;
    this.#sampledAtMs = nowMs;
  }
}
