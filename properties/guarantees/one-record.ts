/**
 * WS-001: two records of one connection disagree. Compares the frames that the gateway sends with
 * the record that its probe reports, and at the end the rows in Redis with the open connections.
 */
import type { Checker, CheckerView, Property, RunRecord } from '../../sim/index.ts';
import { simulatedLimits } from '../configuration.ts';
import { Deadlines } from '../support/deadlines.ts';
import { Pauses } from '../support/pauses.ts';
import { Connections, isSlow, type TrackedConnection } from '../support/connections.ts';
import { seconds } from '../support/seconds.ts';
import { reportOf } from '../support/testimony.ts';

/** Tolerance for late timers. */
const SLACK_MS = 100;

export const oneRecord: Property = {
  id: 'one-record',
  risk: 'WS-001',
  kind: 'always',
  description:
    'After a client receives `authenticated`, the one record of its connection is authenticated until its teardown. A pending ' +
    'connection receives no other frame and stays open at most for its deadline plus one sweep. Only the own node of a connection ' +
    'writes its row in Redis. After healing, Redis holds exactly the rows of the open connections.',
  checker: (view) => new OneRecord(view),
};

const PENDING_WITHIN_MS = simulatedLimits.authenticateWithinMs + simulatedLimits.sweepEveryMs + SLACK_MS;

/** Time for a node without faults to send every due removal to Redis. */
const REMOVED_WITHIN_MS = 5000;

class OneRecord implements Checker {
  readonly observes = ['probe', 'command', 'node', 'fault'] as const;
  readonly #view: CheckerView;
  readonly #pauses: Pauses;
  readonly #connections: Connections;
  readonly #pending = new Deadlines<TrackedConnection>(PENDING_WITHIN_MS, ({ link }) => link);
  /** Authenticated connections in the gateway's record, by node. */
  readonly #recorded = new Map<string, Set<string>>();
  /** Rows of ended connections whose removal was not sent to Redis yet. */
  readonly #unremoved = new Map<string, { readonly tracked: TrackedConnection; readonly endedAtMs: number }>();
  /** Rows whose removal was sent before the last frame of their connection. */
  readonly #removing = new Set<string>();
  /** Connections that changed in this step. Checked at its end. */
  readonly #changed = new Set<string>();

  constructor(view: CheckerView) {
    this.#view = view;
    this.#pauses = Pauses.of(view);
    this.#connections = Connections.of(view).listen({
      accepted: (tracked) => this.#pending.add(tracked, tracked.acceptedAtMs),
      closing: (tracked) => void this.#pending.settle(tracked.link),
      ended: (tracked) => this.#ended(tracked),
      authenticated: (tracked) => this.#authenticated(tracked),
      sentToPending: (tracked, type) => this.#sentToPending(tracked, type),
    });
  }

  observe(record: RunRecord): void {
    if (record.type === 'probe') this.#onProbe(record);
    else if (record.type === 'command') this.#onCommand(record);
    else if (record.type === 'node' && record.phase !== 'ready') this.#forget(record.node);
    else if (record.type === 'fault' && record.kind === 'settled') {
      this.#compareRedis();
      this.#checkRemovals();
    }
  }

  end(): void {
    this.#checkRemovals();
  }

  #authenticated({ link, connection }: TrackedConnection): void {
    this.#pending.settle(link);
    if (connection !== null) this.#changed.add(connection);
  }

  #ended(tracked: TrackedConnection): void {
    this.#pending.settle(tracked.link);
    const { connection } = tracked;
    if (connection === null) return;
    // A node that ends a connection may send the removal a moment before.
    const key = `conn:${connection}`;
    if (!this.#removing.delete(key)) this.#unremoved.set(key, { tracked, endedAtMs: this.#view.nowMs });
  }

  #onCommand({ command, key, phase, node }: Extract<RunRecord, { type: 'command' }>): void {
    if (phase !== 'sent' || (command !== 'set' && command !== 'del')) return;
    const connection = key.slice('conn:'.length);
    if (command === 'del' && !this.#unremoved.delete(key) && this.#connections.holds(connection))
      this.#removing.add(key);
    const tracked = this.#connections.named(connection);
    if (tracked === undefined) return;
    this.#view.check(tracked.node === node, () => ({
      subject: 'row of another node',
      text: `${node} sent ${command} ${key}, the row of ${tracked.link}, which is connected to ${tracked.node}`,
    }));
  }

  /** An ended process has no record and removes no rows: they expire with their leases. */
  #forget(node: string): void {
    this.#recorded.set(node, new Set());
    for (const [key, { tracked }] of this.#unremoved) if (tracked.node === node) this.#unremoved.delete(key);
  }

  /**
   * The lease would also remove the row, but until then an ended connection would count as open.
   */
  #checkRemovals(): void {
    const beforeMs = this.#view.nowMs - REMOVED_WITHIN_MS;
    for (const [key, { tracked, endedAtMs }] of this.#unremoved) {
      this.#view.check(endedAtMs >= beforeMs, () => ({
        subject: 'row left behind',
        text: `${tracked.link} ended at ${seconds(endedAtMs)}, but ${tracked.node} never removed its row ${key} from Redis`,
      }));
    }
  }

  quiescent(): void {
    if (this.#changed.size > 0) this.#checkChanged();
    const { nowMs } = this.#view;
    const late = this.#pending.overdue(nowMs);
    if (late === undefined) return;
    if (this.#pauses.disturbed(late.node, nowMs, PENDING_WITHIN_MS)) {
      this.#pending.add({ ...late }, nowMs);
      return;
    }
    this.#view.check(false, () => ({
      subject: 'pending connection',
      text: `${late.link} connected to ${late.node} at ${seconds(late.acceptedAtMs)}, did not authenticate, and is still open ${PENDING_WITHIN_MS} ms later`,
    }));
  }

  #onProbe(record: Extract<RunRecord, { type: 'probe' }>): void {
    const { node, name, fields } = reportOf(record);
    const connection = String(fields['connection']);
    if (name === 'connection.authenticated') this.#recorded.get(node)?.add(connection);
    else if (name === 'connection.closed') this.#recorded.get(node)?.delete(connection);
    else return;
    this.#changed.add(connection);
  }

  /** A connection that received `authenticated` must be authenticated in the record. */
  #checkChanged(): void {
    for (const connection of this.#changed) {
      const tracked = this.#connections.named(connection);
      if (tracked === undefined) continue;
      const isRecorded = this.#isRecorded(tracked);
      if (!isRecorded && this.#mayBeEnding(tracked)) continue;
      this.#view.check(isRecorded, () => ({
        subject: 'authenticated connection',
        text: `${tracked.client} received authenticated at ${seconds(tracked.authenticatedAtMs ?? 0)}, but it is not authenticated in the record of ${tracked.node}`,
      }));
    }
    this.#changed.clear();
  }

  #isRecorded({ node, connection }: TrackedConnection): boolean {
    return connection !== null && this.#recorded.get(node)?.has(connection) === true;
  }

  /**
   * The gateway may have ended the connection before its end is seen. A socket whose buffered
   * frames are lost reports that a turn before it closes. To a slow reader over TCP, a closing
   * frame waits in the stream before it is sent.
   */
  #mayBeEnding(tracked: TrackedConnection): boolean {
    return isSlow(tracked, this.#view.nowMs) || this.#view.ledger.connection(tracked.link)?.atNode !== 'open';
  }

  #sentToPending(tracked: TrackedConnection, type: string): void {
    this.#view.check(type === 'authenticated', () => ({
      subject: 'frame to a pending connection',
      text: `${tracked.node} sent a frame of type ${type} to ${tracked.client} before it was authenticated`,
    }));
  }

  #compareRedis(): void {
    const open = [...this.#connections.open.values()].filter(({ connection }) => connection !== null);
    const living = new Set(open.map(({ connection }) => `conn:${connection}`));
    const stored = new Set(this.#view.ledger.redisKeys().filter((key) => key.startsWith('conn:')));
    // The gateway removes the row when it closes a slow reader, whose closing frame still waits.
    const missing = open
      .filter((tracked) => this.#isRecorded(tracked) || !this.#mayBeEnding(tracked))
      .map(({ connection }) => `conn:${connection}`)
      .filter((key) => !stored.has(key));
    const closing = new Set([...this.#connections.closing.values()].map(({ connection }) => `conn:${connection}`));
    const stale = [...stored].filter((key) => !living.has(key) && !closing.has(key));
    this.#view.check(missing.length === 0, () => ({
      subject: 'row missing in Redis',
      text: `after settling, Redis lacks the rows of ${missing.length} open connections: ${missing.slice(0, 3).join(', ')}`,
    }));
    this.#view.check(stale.length === 0, () => ({
      subject: 'stale row in Redis',
      text: `after settling, Redis holds the rows of ${stale.length} ended connections: ${stale.slice(0, 3).join(', ')}`,
    }));
  }
}
