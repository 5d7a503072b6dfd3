/**
 * WS-004: silent connections are never evicted. Compares the last frame or pong from a client with
 * the connections that its node still holds.
 */
import type { Checker, CheckerView, Property, RunRecord } from '../../sim/index.ts';
import { simulatedLimits } from '../configuration.ts';
import { Pauses } from '../support/pauses.ts';
import { Connections, isSlow, type TrackedConnection } from '../support/connections.ts';
import { seconds } from '../support/seconds.ts';
import { reportOf } from '../support/testimony.ts';

const { pingAfterMs, pongWithinMs, sweepEveryMs } = simulatedLimits;

/** Tolerance for late timers. */
const SLACK_MS = 100;

/**
 * Interval of checks in virtual time. All connections are checked at once, so a check for each
 * record would be slow.
 */
const CHECK_EVERY_MS = 500;

export const silentLeave: Property = {
  id: 'silent-connections-leave',
  risk: 'WS-004',
  kind: 'always',
  description:
    'A silent connection is evicted within its deadline plus one sweep, also after a socket threw in the sweeper.',
  checker: (view) => new SilentLeave(view),
};

class SilentLeave implements Checker {
  readonly observes = ['probe'] as const;
  readonly #view: CheckerView;
  readonly #connections: Connections;
  readonly #pauses: Pauses;
  /** Connections that the gateway reported as closed, and whose sockets are not closed yet. */
  readonly #released = new Set<string>();
  #nextCheckAtMs = 0;

  constructor(view: CheckerView) {
    this.#view = view;
    this.#connections = Connections.of(view).listen({
      ended: ({ connection }) => void this.#released.delete(connection ?? ''),
    });
    this.#pauses = Pauses.of(view);
  }

  observe(record: RunRecord): void {
    if (record.type !== 'probe') return;
    const { name, fields } = reportOf(record);
    if (name !== 'connection.closed') return;
    const connection = String(fields['connection']);
    if (this.#connections.holds(connection)) this.#released.add(connection);
  }

  quiescent(): void {
    const { nowMs } = this.#view;
    if (nowMs < this.#nextCheckAtMs) return;
    this.#nextCheckAtMs = nowMs + CHECK_EVERY_MS;
    const heardSinceMs = nowMs - (pingAfterMs + pongWithinMs + sweepEveryMs + SLACK_MS);
    // The socket library may take long to close a socket, but the gateway must release it in time.
    // If the client reads slowly over TCP, even the closing frame waits in the stream.
    for (const tracked of this.#connections.open.values())
      if (!isSlow(tracked, this.#view.nowMs) || !this.#isReleased(tracked)) this.#check(tracked, heardSinceMs);
    for (const tracked of this.#connections.closing.values())
      if (tracked.connection !== null && !this.#isReleased(tracked)) this.#check(tracked, heardSinceMs);
  }

  #isReleased({ connection }: TrackedConnection): boolean {
    return connection !== null && this.#released.has(connection);
  }

  #check({ client, node, heardAtMs }: TrackedConnection, heardSinceMs: number): void {
    this.#view.check(Math.max(heardAtMs, this.#pauses.lastMs(node, this.#view.nowMs)) >= heardSinceMs, () => ({
      subject: 'silent connection',
      text: `${node} has received nothing from ${client} since ${seconds(heardAtMs)}, should have pinged it after ${seconds(heardAtMs + pingAfterMs)}, and still holds its connection`,
    }));
  }
}
