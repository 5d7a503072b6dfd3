import type { Probe } from './ports.ts';

export type HealthState = 'ok' | 'degraded';

/** Whether the gateway works fully, and the causes if it does not. */
export class Health {
  readonly #probe: Probe;
  readonly #causes = new Set<string>();

  constructor(probe: Probe) {
    this.#probe = probe;
  }

  get state(): HealthState {
    return this.#causes.size === 0 ? 'ok' : 'degraded';
  }

  /**
   * Records that a part (`store`, `feed:AAPL`) fails or works again. Notes each change of `state`.
   */
  report(cause: string, isFailing: boolean): void {
    const before = this.state;
    if (isFailing) this.#causes.add(cause);
    else this.#causes.delete(cause);
    if (this.state !== before) this.#probe.note('health.changed', { health: this.state });
  }
}
