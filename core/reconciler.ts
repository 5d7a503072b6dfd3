import type { Limits } from './limits.ts';
import type { Clock, ConnectionRow } from './ports.ts';
import { sleep } from './sleep.ts';

export interface ReconcilerParts {
  readonly clock: Clock;
  readonly limits: Limits;
  /** The current rows of all open connections. */
  readonly livingRows: () => readonly ConnectionRow[];
  readonly persistence: { renew(row: ConnectionRow): void; retry(): void };
}

/** Keeps the store in agreement with memory: renews leases, and retries failed writes. */
export class Reconciler {
  readonly #parts: ReconcilerParts;

  constructor(parts: ReconcilerParts) {
    this.#parts = parts;
  }

  /** Reconciles until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, limits, livingRows, persistence } = this.#parts;
    let renewedAtMs = clock.monotonicMs();
    while (!signal.aborted) {
      await sleep(clock, { label: 'reconcile', owner: 'persistence' }, limits.reconcileEveryMs, signal);
      if (signal.aborted) return;
      persistence.retry();
      const nowMs = clock.monotonicMs();
      if (nowMs - renewedAtMs < limits.leaseRenewEveryMs) continue;
      renewedAtMs = nowMs;
      for (const row of livingRows()) persistence.renew(row);
    }
  }
}
