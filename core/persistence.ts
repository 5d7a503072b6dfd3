import type { Alarm } from './alarm.ts';
import { backoffMs } from './backoff.ts';
import { Breaker } from './breaker.ts';
import { Gate } from './gate.ts';
import type { Health } from './health.ts';
import type { Limits } from './limits.ts';
import type { Clock, ConnectionRow, ConnectionStore, Entropy, Probe } from './ports.ts';
import { sleep } from './sleep.ts';
import type { Supervisor } from './supervisor.ts';
import { within } from './within.ts';

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
interface Desire {
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
 * Brings the store to what memory says. A desire is set synchronously and never waited for; one operation per key is in
 * flight at a time, and the newest desire wins: it is written after the older one has settled, because an operation whose
 * answer was lost may still apply. Failures are retried within a budget; when it is spent, a human being is told, health is
 * degraded, and the desire stays until a later round fulfils it.
 */
export class Persistence {
  readonly #parts: PersistenceParts;
  readonly #gate: Gate;
  readonly #breaker: Breaker;
  readonly #desires = new Map<string, Desire>();
  readonly #overdue = new Set<Desire>();
  #onEmpty: (() => void)[] = [];

  constructor(parts: PersistenceParts) {
    this.#parts = parts;
    this.#gate = new Gate(parts.limits.storeConcurrencyMax);
    this.#breaker = new Breaker(parts.limits.breakerFailuresMax, parts.limits.breakerOpenMs);
  }

  /** Keys of which it isn't known that the store holds what it should. */
  get unsavedCount(): number {
    return this.#desires.size;
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
    if (!this.#desires.has(row.connection)) this.keep(row);
  }

  /** Tries anew whatever has spent its budget. */
  retry(): void {
    const { clock, limits } = this.#parts;
    const nowMs = clock.monotonicMs();
    for (const desire of [...this.#overdue]) {
      // By then the row has vanished by itself. One desire is always kept: it finds out when the store is back.
      const isMoot = desire.row === null && nowMs - desire.changedAtMs > 2 * limits.leaseMs;
      if (isMoot && !desire.isRunning && this.#overdue.size > 1) this.#fulfilled(desire);
      else this.#start(desire);
    }
  }

  /** Resolves when the store holds what it should, as far as is known; never when it stays out of reach. */
  async flush(): Promise<void> {
    if (this.#desires.size > 0) await new Promise<void>((resolve) => this.#onEmpty.push(resolve));
  }

  #want(connection: string, row: ConnectionRow | null): void {
    let desire = this.#desires.get(connection);
    if (desire === undefined) {
      desire = { connection, row, version: 0, changedAtMs: 0, isRunning: false };
      this.#desires.set(connection, desire);
    }
    desire.row = row;
    desire.version += 1;
    desire.changedAtMs = this.#parts.clock.monotonicMs();
    this.#start(desire);
  }

  #start(desire: Desire): void {
    const { supervisor, limits } = this.#parts;
    if (desire.isRunning || supervisor.stopping) return;
    desire.isRunning = true;
    // A desire changes at most once in its life, from a row to none: twice the budget and what may overrun it.
    const endsWithinMs = 2 * (limits.storeRetryBudgetMs + limits.storeTimeoutMs + limits.storeRetryMaxMs);
    supervisor.spawn(this.#tag('persist', desire), (signal) => this.#fulfil(desire, signal), { endsWithinMs });
  }

  /** Writes until the store took the newest desire, the budget of that desire is spent or the signal aborts. */
  async #fulfil(desire: Desire, signal: AbortSignal): Promise<void> {
    const { clock, entropy, limits } = this.#parts;
    const { storeRetryBaseMs, storeRetryMaxMs } = limits;
    const tag = this.#tag('persist', desire);
    let version = -1;
    let failures = 0;
    let startedAtMs = 0;
    while (!signal.aborted) {
      await this.#gate.enter();
      if (version !== desire.version) {
        version = desire.version;
        failures = 0;
        startedAtMs = clock.monotonicMs();
      }
      const isWritten = await this.#write(desire, failures + 1, signal);
      this.#gate.leave();
      // Nothing is awaited between this look at the version and the end: no change can slip in unseen.
      if (version !== desire.version) continue;
      if (isWritten) {
        this.#fulfilled(desire);
        return;
      }
      if (signal.aborted) return;
      failures += 1;
      const spentMs = clock.monotonicMs() - startedAtMs;
      if (failures >= limits.storeAttemptsMax || spentMs >= limits.storeRetryBudgetMs) {
        this.#spent(desire);
        return;
      }
      const delayMs = backoffMs(failures, storeRetryBaseMs, storeRetryMaxMs, entropy.fraction(tag.label));
      await sleep(clock, tag, delayMs, signal);
    }
  }

  /** One attempt; while the breaker is open, none, which counts as failed. Never rejects. */
  async #write(desire: Desire, attempt: number, signal: AbortSignal): Promise<boolean> {
    const { clock, probe } = this.#parts;
    if (signal.aborted || !this.#breaker.allows(clock.monotonicMs())) return false;
    // The reason of a failure is the store's; what matters is told by the breaker, the budget and the alert.
    const outcome = await this.#operate(desire, signal).catch(() => 'failed' as const);
    // Given up, not failed: nobody will ask the breaker again.
    if (outcome === 'late' && signal.aborted) return false;
    const isWritten = outcome === 'settled';
    this.#breaker.record(isWritten, clock.monotonicMs());
    if (!isWritten) probe.note('persistence.failed', { connection: desire.connection, attempt });
    return isWritten;
  }

  async #operate(desire: Desire, signal: AbortSignal): Promise<'settled' | 'late'> {
    const { clock, store, limits } = this.#parts;
    const { connection, row } = desire;
    const work = row === null ? store.remove(connection) : store.put(row, limits.leaseMs);
    return await within(clock, this.#tag('timeout', desire), limits.storeTimeoutMs, work, signal);
  }

  #fulfilled(desire: Desire): void {
    this.#desires.delete(desire.connection);
    this.#overdue.delete(desire);
    if (this.#overdue.size === 0) this.#parts.health.report('store', false);
    if (this.#desires.size > 0) return;
    const waiting = this.#onEmpty;
    this.#onEmpty = [];
    for (const resolve of waiting) resolve();
  }

  #spent(desire: Desire): void {
    desire.isRunning = false;
    const isFirst = this.#overdue.size === 0;
    this.#overdue.add(desire);
    this.#parts.health.report('store', true);
    // One alert until the store is well again: a thousand of them would tell nobody anything.
    if (isFirst) this.#parts.alarm.raise('store_unreachable', `conn:${desire.connection}`);
  }

  #tag(work: string, desire: Desire): { readonly label: string; readonly owner: string } {
    return { label: `${work}:conn:${desire.connection}`, owner: 'persistence' };
  }
}
