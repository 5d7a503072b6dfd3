import type { Alarm } from './alarm.ts';
import { backoffMs } from './backoff.ts';
import { Breaker } from './breaker.ts';
import { Semaphore } from './semaphore.ts';
import type { Health } from './health.ts';
import type { Limits } from './limits.ts';
import type { Clock, ConnectionRow, ConnectionStore, Entropy, Metrics, Probe } from './ports.ts';
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
  readonly metrics: Metrics;
}

/** What the store should hold under one key. Kept until the store has confirmed it. */
interface DesiredState {
  readonly connection: string;
  /** Null if the row should be absent. */
  row: ConnectionRow | null;
  /** Grows with each change of `row`, so that a writer notices that it wrote an older state. */
  version: number;
  /** Monotonic time of the last change. */
  changedAtMs: number;
  isRunning: boolean;
}

/**
 * Makes the store agree with memory. Callers set a desired state synchronously and never wait for
 * it. One operation per key is in flight at a time. A newer state is written after the older
 * operation has settled, because an operation whose reply was lost may still apply. Failures are
 * retried within a budget. When the budget is spent, an alert is raised and health is degraded; the
 * state is kept, and `retry` tries it again.
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

  /** Number of keys whose desired state the store has not confirmed. */
  get unsavedCount(): number {
    return this.#desired.size;
  }

  /** Whether the store has failed so often that most writes wait. */
  get isBreakerOpen(): boolean {
    return this.#breaker.isOpen;
  }

  /** Saves `row`. */
  keep(row: ConnectionRow): void {
    this.#setDesired(row.connection, row);
  }

  /** Removes the row of `connection`. */
  drop(connection: string): void {
    this.#setDesired(connection, null);
  }

  /** Renews the lease of `row`, unless its key is being written already. */
  renew(row: ConnectionRow): void {
    if (!this.#desired.has(row.connection)) this.keep(row);
  }

  /** Retries every state whose budget is spent. */
  retry(): void {
    const { clock, limits } = this.#parts;
    const nowMs = clock.monotonicMs();
    for (const desired of [...this.#overdue]) {
      // The row has expired by then. One state is always kept, to detect that the store is back.
      const isMoot = desired.row === null && nowMs - desired.changedAtMs > 2 * limits.leaseMs;
      if (isMoot && !desired.isRunning && this.#overdue.size > 1) this.#fulfilled(desired);
      else this.#start(desired);
    }
  }

  /**
   * Resolves when the store has confirmed all desired states. Never resolves while it stays
   * unreachable.
   */
  async flush(): Promise<void> {
    if (this.#desired.size > 0) await new Promise<void>((resolve) => this.#onEmpty.push(resolve));
  }

  #setDesired(connection: string, row: ConnectionRow | null): void {
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
    // A desired state changes at most once, from a row to none. So twice the budget, with its
    // overrun.
    const endsWithinMs = 2 * (limits.storeRetryBudgetMs + limits.storeTimeoutMs + limits.storeRetryMaxMs);
    supervisor.spawn(this.#tag('persist', desired), (signal) => this.#fulfil(desired, signal), { endsWithinMs });
  }

  /** Writes until the store has the newest state, the budget is spent or the signal aborts. */
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
      // Nothing is awaited between this check and the end, so no change can be missed.
      if (version !== desired.version) continue;
      if (isWritten) {
        this.#fulfilled(desired);
        return;
      }
      if (signal.aborted) return;
      failures += 1;
      const spentMs = clock.monotonicMs() - startedAtMs;
      if (failures >= limits.storeAttemptsMax || spentMs >= limits.storeRetryBudgetMs) {
        this.#budgetSpent(desired);
        return;
      }
      const delayMs = backoffMs(failures, storeRetryBaseMs, storeRetryMaxMs, entropy.fraction(tag.label));
      await sleep(clock, tag, delayMs, signal);
    }
  }

  /** One attempt. Counts as failed while the breaker is open. Never rejects. */
  async #write(desired: DesiredState, attempt: number, signal: AbortSignal): Promise<boolean> {
    const { clock, probe, metrics } = this.#parts;
    if (signal.aborted || !this.#breaker.allows(clock.monotonicMs())) return false;
    if (attempt > 1) metrics.count('store_retries');
    // The reason is not needed: the breaker, the budget and the alert handle every failure alike.
    const outcome = await this.#operate(desired, signal).catch(() => 'failed' as const);
    // Aborted, not failed: the breaker must not count it.
    if (outcome === 'late' && signal.aborted) {
      this.#breaker.withdraw();
      return false;
    }
    const isWritten = outcome === 'settled';
    this.#breaker.record(isWritten, clock.monotonicMs());
    if (isWritten) return true;
    metrics.count('store_errors');
    probe.note('persistence.failed', { connection: desired.connection, attempt });
    return false;
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
    const resolvers = this.#onEmpty;
    this.#onEmpty = [];
    for (const resolve of resolvers) resolve();
  }

  #budgetSpent(desired: DesiredState): void {
    desired.isRunning = false;
    const isFirst = this.#overdue.size === 0;
    this.#overdue.add(desired);
    this.#parts.health.report('store', true);
    // One alert until the store works again, not one for each key.
    if (isFirst) this.#parts.alarm.raise('store_unreachable', `conn:${desired.connection}`);
  }

  #tag(work: string, desired: DesiredState): { readonly label: string; readonly owner: string } {
    return { label: `${work}:conn:${desired.connection}`, owner: 'persistence' };
  }
}
