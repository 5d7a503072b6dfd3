/**
 * Written without knowledge of a bug: after a connection has closed, nothing that it started still
 * runs.
 */
import type { Checker, CheckerView, Property, RunRecord } from 'seedstorm';

/** Time for the system to notice, and to finish what it is setting up. */
const GRACE_MS = 500;

export const nothingRunsOn: Property = {
  id: 'nothing-runs-on',
  risk: 'leak',
  kind: 'always',
  description: 'After a connection has closed, nothing that it started still runs.',
  checker: (view) => new NothingRunsOn(view),
};

class NothingRunsOn implements Checker {
  readonly #view: CheckerView;
  /** The link accepted in this step. The probe reports its name in the system in the same step. */
  #accepted = '';
  /** By node. Each process numbers its connections from 1. */
  readonly #processes = new Map<string, Process>();
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
      if (record.phase === 'started') this.#processes.set(record.node, { version: record.version, linkOf: new Map() });
    } else if (record.type === 'probe' && record.name === 'connection.accepted') {
      this.#processes.get(record.node)?.linkOf.set(String(record.fields['connection']), this.#accepted);
    } else if (record.type === 'timer' && record.phase === 'fired') {
      this.#fired(record);
    }
  }

  #fired({ node, owner, label, atMs }: Extract<RunRecord, { type: 'timer' }>): void {
    const process = this.#processes.get(node);
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

interface Process {
  readonly version: 'other' | undefined;
  /** Links by the system's names of their connections. */
  readonly linkOf: Map<string, string>;
}
