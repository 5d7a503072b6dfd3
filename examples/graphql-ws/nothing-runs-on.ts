/**
 * Stated without knowledge of any bug: when a connection has closed, nothing that it started still runs.
 */
import type { Judge, JudgeView, Property, RunRecord } from '../../sim/index.ts';

/** Time for the system to notice, and for what it is setting up to come to its end. */
const GRACE_MS = 500;

export const nothingRunsOn: Property = {
  id: 'nothing-runs-on',
  risk: 'leak',
  kind: 'always',
  promise: 'When a connection has closed, nothing that it started still runs.',
  judge: (view) => new NothingRunsOn(view),
};

class NothingRunsOn implements Judge {
  readonly #view: JudgeView;
  /** The link that was accepted in this step, whose name in the system is told in the same step. */
  #accepted = '';
  readonly #linkOf = new Map<string, string>();
  readonly #closedAtMs = new Map<string, number>();

  constructor(view: JudgeView) {
    this.#view = view;
  }

  observe(record: RunRecord): void {
    if (record.type === 'frame') {
      const { kind, direction, phase, link, atMs } = record;
      if (kind === 'open' && direction === 'up' && phase === 'delivered') this.#accepted = link;
      if (kind === 'close' && direction === 'up' && phase === 'down') this.#closedAtMs.set(link, atMs);
    } else if (record.type === 'probe' && record.name === 'connection.accepted') {
      this.#linkOf.set(String(record.fields['connection']), this.#accepted);
    } else if (record.type === 'timer' && record.phase === 'fired') {
      this.#fired(record.owner, record.label, record.atMs);
    }
  }

  #fired(owner: string, label: string, atMs: number): void {
    const closedAtMs = this.#closedAtMs.get(this.#linkOf.get(owner) ?? '');
    this.#view.check(closedAtMs === undefined || atMs - closedAtMs <= GRACE_MS, () => ({
      about: `timer ${label}`,
      text: `${this.#linkOf.get(owner)} closed at ${((closedAtMs ?? 0) / 1000).toFixed(2)} s, but ${label} still runs for it`,
    }));
  }
}
