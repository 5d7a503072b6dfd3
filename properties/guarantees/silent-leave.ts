/**
 * WS-004. Evidence alone: when the node last heard of a client, and whether it still holds the connection.
 */
import type { Checker, CheckerView, Property, RunRecord } from '../../sim/index.ts';
import { simulatedLimits } from '../configuration.ts';
import { Pauses } from '../support/pauses.ts';
import { Connections, type TrackedConnection } from '../support/connections.ts';

const { pingAfterMs, pongWithinMs, sweepEveryMs } = simulatedLimits;

/** Timers may be late by so much. */
const SLACK_MS = 100;

/** How often all connections are looked at, in virtual time: the work is spread over the records of that time. */
const LOOK_EVERY_MS = 500;

export const silentLeave: Property = {
  id: 'silent-connections-leave',
  risk: 'WS-004',
  kind: 'always',
  description:
    'A silent connection is evicted within its time plus one sweep, also after the sweeper met a throwing socket.',
  checker: (view) => new SilentLeave(view),
};

class SilentLeave implements Checker {
  readonly observes = ['probe'] as const;
  readonly #view: CheckerView;
  readonly #wire: Connections;
  readonly #pauses: Pauses;
  /** Connections that the gateway says it has let go, and whose sockets are not closed yet. */
  readonly #letGo = new Set<string>();
  #lookAtMs = 0;

  constructor(view: CheckerView) {
    this.#view = view;
    this.#wire = Connections.of(view).listen({ ended: ({ connection }) => void this.#letGo.delete(connection ?? '') });
    this.#pauses = Pauses.of(view);
  }

  observe(record: RunRecord): void {
    if (record.type !== 'probe' || record.name !== 'connection.closed') return;
    const connection = String(record.fields['connection']);
    if (this.#wire.holds(connection)) this.#letGo.add(connection);
  }

  quiescent(): void {
    const { nowMs } = this.#view;
    if (nowMs < this.#lookAtMs) return;
    this.#lookAtMs = nowMs + LOOK_EVERY_MS;
    const heardSinceMs = nowMs - (pingAfterMs + pongWithinMs + sweepEveryMs + SLACK_MS);
    for (const wired of this.#wire.open.values()) this.#judge(wired, heardSinceMs);
    // The socket library may take long to close a socket; the gateway may not take long to let go of it.
    for (const wired of this.#wire.closing.values()) {
      if (wired.connection !== null && !this.#letGo.has(wired.connection)) this.#judge(wired, heardSinceMs);
    }
  }

  #judge({ client, node, heardAtMs }: TrackedConnection, heardSinceMs: number): void {
    this.#view.check(Math.max(heardAtMs, this.#pauses.lastMs(node, this.#view.nowMs)) >= heardSinceMs, () => ({
      subject: 'silent connection',
      text: `${node} has heard nothing of ${client} since ${(heardAtMs / 1000).toFixed(1)} s and still holds its connection`,
    }));
  }
}
