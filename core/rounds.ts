import type { Alarm, AlarmName } from './alarm.ts';
import type { Health } from './health.ts';
import type { Limits } from './limits.ts';
import type { Clock, Metrics } from './ports.ts';
import { sleep } from './sleep.ts';
import { withTimeout } from './with-timeout.ts';

export interface RoundsParts {
  readonly clock: Clock;
  readonly limits: Limits;
  readonly alarm: Alarm;
  readonly health: Health;
  readonly metrics: Metrics;
}

export interface RoundsOptions {
  /** What is exchanged with the store. Names the task, the cause of bad health and the alert. */
  readonly name: 'revocations' | 'users' | 'rates';
  readonly everyMs: number;
  readonly alert: AlarmName;
  /** Returns false, or rejects, if the store did not answer in time. */
  readonly round: (signal: AbortSignal) => Promise<boolean>;
}

/**
 * Exchanges state with a store: in rounds, and at once when it is woken. A failed round is repeated
 * after the usual interval. When they have failed for the retry budget, an alert is raised and
 * health is degraded until one succeeds.
 */
export class Rounds {
  readonly #parts: RoundsParts;
  readonly #options: RoundsOptions;
  #failingSinceMs: number | null = null;
  #isAlerted = false;
  #wake = new AbortController();
  /** Of operations in flight. A listener for each at one signal would be too many for Node. */
  readonly #inFlight = new Set<AbortController>();

  constructor(parts: RoundsParts, options: RoundsOptions) {
    this.#parts = parts;
    this.#options = options;
  }

  /** Begins the next round at once. */
  wake(): void {
    this.#wake.abort('woken');
  }

  /** Runs rounds until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts;
    const { name, everyMs, round } = this.#options;
    const onAbort = (): void => {
      this.wake();
      for (const operation of this.#inFlight) operation.abort();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    while (!signal.aborted) {
      // What changes during the round begins another one.
      this.#wake = new AbortController();
      const isDone = await round(signal).catch(() => false);
      if (signal.aborted) break;
      this.#report(isDone);
      // After a failure it pauses in any case.
      if (!isDone) this.#wake = new AbortController();
      await sleep(clock, { label: name, owner: 'gateway' }, everyMs, this.#wake.signal);
    }
    signal.removeEventListener('abort', onAbort);
  }

  /** The result of an operation on the store, or false if there is none within `storeTimeoutMs`. */
  async inTime<Value>(work: Promise<Value>, signal: AbortSignal): Promise<{ readonly value: Value } | false> {
    const { clock, limits } = this.#parts;
    let value: { readonly value: Value } | false = false;
    const settled = work.then((result) => {
      value = { value: result };
    });
    const tag = { label: `timeout:${this.#options.name}`, owner: 'gateway' };
    const operation = new AbortController();
    if (signal.aborted) operation.abort();
    this.#inFlight.add(operation);
    try {
      await withTimeout(clock, tag, limits.storeTimeoutMs, settled, operation.signal);
    } finally {
      this.#inFlight.delete(operation);
    }
    return value;
  }

  #report(isDone: boolean): void {
    const { clock, limits, alarm, health, metrics } = this.#parts;
    const { name, alert } = this.#options;
    if (isDone) {
      this.#failingSinceMs = null;
      this.#isAlerted = false;
      health.report(name, false);
      return;
    }
    metrics.count('store_errors');
    const nowMs = clock.monotonicMs();
    this.#failingSinceMs ??= nowMs;
    if (this.#isAlerted || nowMs - this.#failingSinceMs < limits.storeRetryBudgetMs) return;
    this.#isAlerted = true;
    health.report(name, true);
    alarm.raise(alert, name);
  }
}
