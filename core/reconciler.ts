import type { Limits } from './limits.ts';
import type { Clock, ConnectionRow } from './ports.ts';
import { sleep } from './sleep.ts';

export interface ReconcilerParts {
  readonly clock: Clock;
  readonly limits: Limits;
  /** The rows of all living connections, as memory has them now. */
  readonly livingRows: () => readonly ConnectionRow[];
  readonly persistence: { renew(row: ConnectionRow): void; retry(): void };
}

/** Keeps store and memory in agreement for as long as the gateway lives: renews leases, and retries what failed. */
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
