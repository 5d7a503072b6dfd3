import type { Probe } from './ports.ts';

export type HealthState = 'ok' | 'degraded';

/** Whether the gateway does all that it promises, and for which causes not. */
export class Health {
  readonly #probe: Probe;
  readonly #causes = new Set<string>();

  constructor(probe: Probe) {
    this.#probe = probe;
  }

  get state(): HealthState {
    return this.#causes.size === 0 ? 'ok' : 'degraded';
  }

  /** Records that `cause` (`store`, `feed:AAPL`) ails or is well again. Tells the probe when the whole changes. */
  report(cause: string, ailing: boolean): void {
    const before = this.state;
    if (ailing) this.#causes.add(cause);
    else this.#causes.delete(cause);
    if (this.state !== before) this.#probe.note('health.changed', { health: this.state });
  }
}
