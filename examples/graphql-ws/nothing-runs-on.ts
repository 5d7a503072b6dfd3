/**
 * Stated without knowledge of any bug: when a connection has closed, nothing that it started still runs.
 */
import type { Checker, CheckerView, Property, RunRecord } from 'seedstorm';

/** Time for the system to notice, and for what it is setting up to come to its end. */
const GRACE_MS = 500;

export const nothingRunsOn: Property = {
  id: 'nothing-runs-on',
  risk: 'leak',
  kind: 'always',
  description: 'When a connection has closed, nothing that it started still runs.',
  checker: (view) => new NothingRunsOn(view),
};

class NothingRunsOn implements Checker {
  readonly #view: CheckerView;
  /** The link that was accepted in this step, whose name in the system is told in the same step. */
  #accepted = '';
  /** By node, since each process of one counts its connections anew. */
  readonly #lives = new Map<string, Life>();
  readonly #closedAtMs = new Map<string, number>();

  constructor(view: CheckerView) {
    this.#view = view;
  }

  observe(record: RunRecord): void {
    if (record.type === 'frame') {
      const { kind, direction, phase, link, atMs } = record;
      if (kind === 'open' && direction === 'up' && phase === 'delivered') this.#accepted = link;
      if (kind === 'close' && direction === 'up' && phase === 'down') this.#closedAtMs.set(link, atMs);
    } else if (record.type === 'node') {
      if (record.phase === 'started') this.#lives.set(record.node, { version: record.version, linkOf: new Map() });
    } else if (record.type === 'probe' && record.name === 'connection.accepted') {
      this.#lives.get(record.node)?.linkOf.set(String(record.fields['connection']), this.#accepted);
    } else if (record.type === 'timer' && record.phase === 'fired') {
      this.#fired(record);
    }
  }

  #fired({ node, owner, label, atMs }: Extract<RunRecord, { type: 'timer' }>): void {
    const process = this.#lives.get(node);
    const link = process?.linkOf.get(owner) ?? '';
    const closedAtMs = this.#closedAtMs.get(link);
    this.#view.check(closedAtMs === undefined || atMs - closedAtMs <= GRACE_MS, () => ({
      subject: `timer ${label}`,
      text:
        `${link} closed at ${((closedAtMs ?? 0) / 1000).toFixed(2)} s, but ${label} still runs for it on ${node}` +
        (process?.version === undefined ? '' : `, which runs the ${process.version} version`),
    }));
  }
}

interface Life {
  readonly version: 'other' | undefined;
  /** The connections by the system's own names for them. */
  readonly linkOf: Map<string, string>;
}
