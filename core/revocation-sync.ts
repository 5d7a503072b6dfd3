import type { Alarm } from './alarm.ts';
import type { Health } from './health.ts';
import type { Limits } from './limits.ts';
import type { Clock, Entropy, Metrics, Revocation, RevocationStore } from './ports.ts';
import { sleep } from './sleep.ts';
import { withTimeout } from './with-timeout.ts';

export interface RevocationSyncParts {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly limits: Limits;
  readonly store: RevocationStore;
  readonly alarm: Alarm;
  readonly health: Health;
  readonly metrics: Metrics;
  readonly revocations: {
    readonly unsaved: readonly Revocation[];
    saved(revocations: readonly Revocation[]): void;
    merge(stored: readonly Revocation[]): readonly Revocation[];
  };
}

const tag = { label: 'revocations', owner: 'gateway' } as const;

/**
 * Keeps the revocations of this node and of the store in agreement: in rounds, and at once when
 * either changes. A round compares versions first, because the store rarely changes. A failed round
 * is repeated after the usual interval. When they have failed for the retry budget, an alert is
 * raised and health is degraded until one succeeds.
 */
export class RevocationSync {
  readonly #parts: RevocationSyncParts;
  /** Of the store, when it was read; undefined before. */
  #version: string | null | undefined;
  #failingSinceMs: number | null = null;
  #isAlerted = false;
  #wake = new AbortController();

  constructor(parts: RevocationSyncParts) {
    this.#parts = parts;
    parts.store.onChange(() => this.wake());
  }

  /** Begins the next round at once. */
  wake(): void {
    this.#wake.abort('woken');
  }

  /** Runs rounds until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, limits } = this.#parts;
    const onAbort = (): void => this.wake();
    signal.addEventListener('abort', onAbort, { once: true });
    while (!signal.aborted) {
      // What changes during the round begins another one.
      this.#wake = new AbortController();
      const isDone = await this.#round(signal).catch(() => false);
      if (signal.aborted) break;
      this.#report(isDone);
      // After a failure it pauses in any case.
      if (!isDone) this.#wake = new AbortController();
      await sleep(clock, tag, limits.revocationsCheckEveryMs, this.#wake.signal);
    }
    signal.removeEventListener('abort', onAbort);
  }

  /** Returns false if the store did not answer in time. */
  async #round(signal: AbortSignal): Promise<boolean> {
    const { entropy, store, revocations } = this.#parts;
    const { unsaved } = revocations;
    if (unsaved.length > 0) {
      if (!(await this.#inTime(store.add(unsaved, entropy.id('revocations')), signal))) return false;
      revocations.saved(unsaved);
    }
    const version = await this.#inTime(store.version(), signal);
    if (version === false) return false;
    if (version.value === this.#version) return true;
    const read = await this.#inTime(store.read(), signal);
    if (read === false) return false;
    this.#version = read.value.version;
    const outdated = revocations.merge(read.value.revocations);
    if (outdated.length > 0 && (await this.#inTime(store.forget(outdated), signal)) === false) return false;
    if (revocations.unsaved.length > 0) this.wake();
    return true;
  }

  async #inTime<Value>(work: Promise<Value>, signal: AbortSignal): Promise<{ readonly value: Value } | false> {
    const { clock, limits } = this.#parts;
    let value: { readonly value: Value } | false = false;
    const settled = work.then((result) => {
      value = { value: result };
    });
    await withTimeout(clock, { ...tag, label: 'timeout:revocations' }, limits.storeTimeoutMs, settled, signal);
    return value;
  }

  #report(isDone: boolean): void {
    const { clock, limits, alarm, health, metrics } = this.#parts;
    if (isDone) {
      this.#failingSinceMs = null;
      this.#isAlerted = false;
      health.report('revocations', false);
      return;
    }
    metrics.count('store_errors');
    const nowMs = clock.monotonicMs();
    this.#failingSinceMs ??= nowMs;
    if (this.#isAlerted || nowMs - this.#failingSinceMs < limits.storeRetryBudgetMs) return;
    this.#isAlerted = true;
    health.report('revocations', true);
    alarm.raise('revocations_unsynced', 'revocations');
  }
}
