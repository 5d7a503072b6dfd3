/**
 * WS-001. Evidence: the frames that the gateway sends. Testimony: its one record of each connection. At the end, Redis against the wire.
 */
import type { Checker, CheckerView, Property, RunRecord } from '../../sim/index.ts';
import { simulatedLimits } from '../configuration.ts';
import { Deadlines } from '../support/deadlines.ts';
import { Pauses } from '../support/pauses.ts';
import { Connections, type TrackedConnection } from '../support/connections.ts';

/** Timers may be late by so much. */
const SLACK_MS = 100;

export const oneRecord: Property = {
  id: 'one-record',
  risk: 'WS-001',
  kind: 'always',
  description:
    'Once a client was sent that it is authenticated, the one record holds it as such until its teardown; a pending connection ' +
    'receives nothing else and lives at most its deadline plus one sweep; its row in Redis is touched by its own node alone, and ' +
    'after healing Redis holds exactly the living connections.',
  checker: (view) => new OneRecord(view),
};

const PENDING_WITHIN_MS = simulatedLimits.authenticateWithinMs + simulatedLimits.sweepEveryMs + SLACK_MS;

/** Once all is well, a node has long asked for every removal that is due. */
const REMOVED_WITHIN_MS = 5000;

class OneRecord implements Checker {
  readonly observes = ['probe', 'command', 'node', 'fault'] as const;
  readonly #view: CheckerView;
  readonly #pauses: Pauses;
  readonly #wire: Connections;
  readonly #pending = new Deadlines<TrackedConnection>(PENDING_WITHIN_MS, ({ link }) => link);
  /** Connections that the record holds as authenticated, by node. */
  readonly #recorded = new Map<string, Set<string>>();
  /** Rows of connections that have ended, whose removal their node has not asked Redis for yet. */
  readonly #unremoved = new Map<string, { readonly wired: TrackedConnection; readonly endedAtMs: number }>();
  /** Rows whose removal was asked for before their connection ended on the wire. */
  readonly #removing = new Set<string>();
  /** What changed in this step and is judged when it is quiescent. */
  readonly #changed = new Set<string>();

  constructor(view: CheckerView) {
    this.#view = view;
    this.#pauses = Pauses.of(view);
    this.#wire = Connections.of(view).listen({
      accepted: (wired) => this.#pending.add(wired, wired.acceptedAtMs),
      closing: (wired) => void this.#pending.settle(wired.link),
      ended: (wired) => this.#ended(wired),
      authenticated: (wired) => this.#authenticated(wired),
      sentToPending: (wired, type) => this.#sentToPending(wired, type),
    });
  }

  observe(record: RunRecord): void {
    if (record.type === 'probe') this.#hear(record);
    else if (record.type === 'command') this.#commanded(record);
    else if (record.type === 'node' && record.phase !== 'ready') this.#forget(record.node);
    else if (record.type === 'fault' && record.kind === 'settled') {
      this.#compareRedis();
      this.#judgeRemovals();
    }
  }

  end(): void {
    this.#judgeRemovals();
  }

  #authenticated({ link, connection }: TrackedConnection): void {
    this.#pending.settle(link);
    if (connection !== null) this.#changed.add(connection);
  }

  #ended(wired: TrackedConnection): void {
    this.#pending.settle(wired.link);
    const { connection } = wired;
    if (connection === null) return;
    // A node that ends a connection itself may ask for the removal a moment before.
    const key = `conn:${connection}`;
    if (!this.#removing.delete(key)) this.#unremoved.set(key, { wired, endedAtMs: this.#view.nowMs });
  }

  #commanded({ command, key, phase, node }: Extract<RunRecord, { type: 'command' }>): void {
    if (phase !== 'sent' || (command !== 'set' && command !== 'del')) return;
    const connection = key.slice('conn:'.length);
    if (command === 'del' && !this.#unremoved.delete(key) && this.#wire.holds(connection)) this.#removing.add(key);
    const wired = this.#wire.named(connection);
    if (wired === undefined) return;
    this.#view.check(wired.node === node, () => ({
      subject: 'row of another node',
      text: `${node} sent ${command} ${key}, the row of ${wired.link}, which is connected to ${wired.node}`,
    }));
  }

  /** A process that is over keeps no record and removes no row: its rows vanish with their leases. */
  #forget(node: string): void {
    this.#recorded.set(node, new Set());
    for (const [key, { wired }] of this.#unremoved) if (wired.node === node) this.#unremoved.delete(key);
  }

  /** The lease would take the row away as well, but only after a while in which the dead count as living. */
  #judgeRemovals(): void {
    const beforeMs = this.#view.nowMs - REMOVED_WITHIN_MS;
    for (const [key, { wired, endedAtMs }] of this.#unremoved) {
      this.#view.check(endedAtMs >= beforeMs, () => ({
        subject: 'row left behind',
        text: `${wired.link} ended at ${seconds(endedAtMs)}, but ${wired.node} never asked Redis to remove its row ${key}`,
      }));
    }
  }

  quiescent(): void {
    if (this.#changed.size > 0) this.#judgeChanged();
    const { nowMs } = this.#view;
    const late = this.#pending.overdue(nowMs);
    if (late === undefined) return;
    if (this.#pauses.disturbed(late.node, nowMs, PENDING_WITHIN_MS)) {
      this.#pending.add({ ...late }, nowMs);
      return;
    }
    this.#view.check(false, () => ({
      subject: 'pending connection',
      text: `${late.link} connected to ${late.node} at ${seconds(late.acceptedAtMs)}, never authenticated, and is still there`,
    }));
  }

  #hear({ node, name, fields }: Extract<RunRecord, { type: 'probe' }>): void {
    const connection = String(fields['connection']);
    if (name === 'connection.authenticated') this.#recorded.get(node)?.add(connection);
    else if (name === 'connection.closed') this.#recorded.get(node)?.delete(connection);
    else return;
    this.#changed.add(connection);
  }

  /** A connection that was told so is recorded as authenticated, and only such a one. */
  #judgeChanged(): void {
    for (const connection of this.#changed) {
      const wired = this.#wire.named(connection);
      if (wired === undefined) continue;
      this.#view.check(this.#recorded.get(wired.node)?.has(connection) === true, () => ({
        subject: 'authenticated connection',
        text: `${wired.client} was told at ${seconds(wired.authenticatedAtMs)} that it is authenticated, but the record of ${wired.node} does not hold it`,
      }));
    }
    this.#changed.clear();
  }

  #sentToPending(wired: TrackedConnection, type: string): void {
    this.#view.check(type === 'authenticated', () => ({
      subject: 'frame to a pending connection',
      text: `${wired.client} was sent a frame of type ${type} by ${wired.node} before it was authenticated`,
    }));
  }

  #compareRedis(): void {
    const living = new Set<string>();
    for (const { connection } of this.#wire.open.values()) if (connection !== null) living.add(`conn:${connection}`);
    const stored = new Set(this.#view.ledger.redisKeys().filter((key) => key.startsWith('conn:')));
    const missing = [...living].filter((key) => !stored.has(key));
    const closing = new Set([...this.#wire.closing.values()].map(({ connection }) => `conn:${connection}`));
    const stale = [...stored].filter((key) => !living.has(key) && !closing.has(key));
    this.#view.check(missing.length === 0, () => ({
      subject: 'row missing in Redis',
      text: `after settling, Redis lacks the rows of ${missing.length} living connections: ${missing.slice(0, 3).join(', ')}`,
    }));
    this.#view.check(stale.length === 0, () => ({
      subject: 'stale row in Redis',
      text: `after settling, Redis holds the rows of ${stale.length} connections that are gone: ${stale.slice(0, 3).join(', ')}`,
    }));
  }
}

function seconds(ms: number | null): string {
  return `${((ms ?? 0) / 1000).toFixed(1)} s`;
}
