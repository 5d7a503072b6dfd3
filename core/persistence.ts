import type { Alarm } from './alarm.ts';
import { backoffMs } from './backoff.ts';
import { Breaker } from './breaker.ts';
import { Semaphore } from './semaphore.ts';
import type { Health } from './health.ts';
import type { Limits } from './limits.ts';
import type { Clock, ConnectionRow, ConnectionStore, Entropy, Probe } from './ports.ts';
import { sleep } from './sleep.ts';
import type { Supervisor } from './supervisor.ts';
import { withTimeout } from './with-timeout.ts';

export interface PersistenceParts {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly probe: Probe;
  readonly store: ConnectionStore;
  readonly limits: Limits;
  readonly supervisor: Supervisor;
  readonly alarm: Alarm;
  readonly health: Health;
}

/** What the store should hold under one key, for as long as it is not known to hold it. */
interface DesiredState {
  readonly connection: string;
  /** Null when the row should be gone. */
  row: ConnectionRow | null;
  /** Grows with each change of `row`, so that a writer sees that it wrote something older. */
  version: number;
  /** Monotonic time of the last change. */
  changedAtMs: number;
  isRunning: boolean;
}

/**
 * Brings the store to what memory says. A desired state is set synchronously and never waited for; one operation per key is in
 * flight at a time, and the newest one wins: it is written after the older one has settled, because an operation whose
 * answer was lost may still apply. Failures are retried within a budget; when it is spent, a human being is told, health is
 * degraded, and it stays until a later round fulfils it.
 */
export class Persistence {
  readonly #parts: PersistenceParts;
  readonly #writing: Semaphore;
  readonly #breaker: Breaker;
  readonly #desired = new Map<string, DesiredState>();
  readonly #overdue = new Set<DesiredState>();
  #onEmpty: (() => void)[] = [];

  constructor(parts: PersistenceParts) {
    this.#parts = parts;
    this.#writing = new Semaphore(parts.limits.storeConcurrencyMax);
    this.#breaker = new Breaker(parts.limits.breakerFailuresMax, parts.limits.breakerOpenMs);
  }

  /** Keys of which it isn't known that the store holds what it should. */
  get unsavedCount(): number {
    return this.#desired.size;
  }

  /** The store should hold `row`. */
  keep(row: ConnectionRow): void {
    this.#want(row.connection, row);
  }

  /** The store should hold nothing of `connection`. */
  drop(connection: string): void {
    this.#want(connection, null);
  }

  /** Prolongs the lease of `row`, unless its key is being written anyway. */
  renew(row: ConnectionRow): void {
    if (!this.#desired.has(row.connection)) this.keep(row);
  }

  /** Tries anew whatever has spent its budget. */
  retry(): void {
    const { clock, limits } = this.#parts;
    const nowMs = clock.monotonicMs();
    for (const desired of [...this.#overdue]) {
      // By then the row has vanished by itself. One is always kept: it finds out when the store is back.
      const isMoot = desired.row === null && nowMs - desired.changedAtMs > 2 * limits.leaseMs;
      if (isMoot && !desired.isRunning && this.#overdue.size > 1) this.#fulfilled(desired);
      else this.#start(desired);
    }
  }

  /** Resolves when the store holds what it should, as far as is known; never when it stays out of reach. */
  async flush(): Promise<void> {
    if (this.#desired.size > 0) await new Promise<void>((resolve) => this.#onEmpty.push(resolve));
  }

  #want(connection: string, row: ConnectionRow | null): void {
    let desired = this.#desired.get(connection);
    if (desired === undefined) {
      desired = { connection, row, version: 0, changedAtMs: 0, isRunning: false };
      this.#desired.set(connection, desired);
    }
    desired.row = row;
    desired.version += 1;
    desired.changedAtMs = this.#parts.clock.monotonicMs();
    this.#start(desired);
  }

  #start(desired: DesiredState): void {
    const { supervisor, limits } = this.#parts;
    if (desired.isRunning || supervisor.stopping) return;
    desired.isRunning = true;
    // A desired state changes at most once, from a row to none: twice the budget and what may overrun it.
    const endsWithinMs = 2 * (limits.storeRetryBudgetMs + limits.storeTimeoutMs + limits.storeRetryMaxMs);
    supervisor.spawn(this.#tag('persist', desired), (signal) => this.#fulfil(desired, signal), { endsWithinMs });
  }

  /** Writes until the store took the newest state, its budget is spent or the signal aborts. */
  async #fulfil(desired: DesiredState, signal: AbortSignal): Promise<void> {
    const { clock, entropy, limits } = this.#parts;
    const { storeRetryBaseMs, storeRetryMaxMs } = limits;
    const tag = this.#tag('persist', desired);
    let version = -1;
    let failures = 0;
    let startedAtMs = 0;
    while (!signal.aborted) {
      await this.#writing.enter();
      if (version !== desired.version) {
        version = desired.version;
        failures = 0;
        startedAtMs = clock.monotonicMs();
      }
      const isWritten = await this.#write(desired, failures + 1, signal);
      this.#writing.leave();
      // Nothing is awaited between this look at the version and the end: no change can slip in unseen.
      if (version !== desired.version) continue;
      if (isWritten) {
        this.#fulfilled(desired);
        return;
      }
      if (signal.aborted) return;
      failures += 1;
      const spentMs = clock.monotonicMs() - startedAtMs;
      if (failures >= limits.storeAttemptsMax || spentMs >= limits.storeRetryBudgetMs) {
        this.#spent(desired);
        return;
      }
      const delayMs = backoffMs(failures, storeRetryBaseMs, storeRetryMaxMs, entropy.fraction(tag.label));
      await sleep(clock, tag, delayMs, signal);
    }
  }

  /** One attempt; while the breaker is open, none, which counts as failed. Never rejects. */
  async #write(desired: DesiredState, attempt: number, signal: AbortSignal): Promise<boolean> {
    const { clock, probe } = this.#parts;
    if (signal.aborted || !this.#breaker.allows(clock.monotonicMs())) return false;
    // The reason of a failure is the store's; what matters is told by the breaker, the budget and the alert.
    const outcome = await this.#operate(desired, signal).catch(() => 'failed' as const);
    // Given up, not failed: nobody will ask the breaker again.
    if (outcome === 'late' && signal.aborted) return false;
    const isWritten = outcome === 'settled';
    this.#breaker.record(isWritten, clock.monotonicMs());
    if (!isWritten) probe.note('persistence.failed', { connection: desired.connection, attempt });
    return isWritten;
  }

  async #operate(desired: DesiredState, signal: AbortSignal): Promise<'settled' | 'late'> {
    const { clock, store, limits } = this.#parts;
    const { connection, row } = desired;
    const work = row === null ? store.remove(connection) : store.put(row, limits.leaseMs);
    return await withTimeout(clock, this.#tag('timeout', desired), limits.storeTimeoutMs, work, signal);
  }

  #fulfilled(desired: DesiredState): void {
    this.#desired.delete(desired.connection);
    this.#overdue.delete(desired);
    if (this.#overdue.size === 0) this.#parts.health.report('store', false);
    if (this.#desired.size > 0) return;
    const waiting = this.#onEmpty;
    this.#onEmpty = [];
    for (const resolve of waiting) resolve();
  }

  #spent(desired: DesiredState): void {
    desired.isRunning = false;
    const isFirst = this.#overdue.size === 0;
    this.#overdue.add(desired);
    this.#parts.health.report('store', true);
    // One alert until the store is well again: a thousand of them would tell nobody anything.
    if (isFirst) this.#parts.alarm.raise('store_unreachable', `conn:${desired.connection}`);
  }

  #tag(work: string, desired: DesiredState): { readonly label: string; readonly owner: string } {
    return { label: `${work}:conn:${desired.connection}`, owner: 'persistence' };
  }
}
