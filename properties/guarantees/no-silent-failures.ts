/**
 * WS-005: failed writes stay unnoticed. Compares writes whose command failed at the node with the
 * alerts and the health that the gateway's probe reports.
 */
import type { Checker, CheckerView, Property, RunRecord } from '../../sim/index.ts';
import { simulatedLimits } from '../configuration.ts';
import { Deadlines } from '../support/deadlines.ts';
import { Pauses } from '../support/pauses.ts';
import { seconds } from '../support/seconds.ts';
import { reportOf } from '../support/testimony.ts';

const { storeRetryBudgetMs, storeTimeoutMs, storeRetryMaxMs } = simulatedLimits;

/** The retry budget, the attempt in flight when it is spent, and the pause before that attempt. */
const ANSWERED_WITHIN_MS = storeRetryBudgetMs + storeTimeoutMs + storeRetryMaxMs + 500;

const WRITES = new Set(['set', 'del', 'hset', 'hdel', 'pexpire', 'expire']);

/** A node repeats its reports of users only while they are needed. */
const REPORTS = 'users-over-limit';

/** The alert for writes of a key that keep failing. */
function alertFor(key: string): string {
  if (key === 'revocations') return 'revocations_unsynced';
  return key.startsWith('conn:') ? 'store_unreachable' : 'users_unsynced';
}

const ALERTS: readonly string[] = ['revocations', 'conn:', 'user:'].map(alertFor);

interface FailedWrite {
  readonly node: string;
  readonly key: string;
  readonly command: string;
  readonly atMs: number;
}

export const noSilentFailures: Property = {
  id: 'no-silent-redis-failures',
  risk: 'WS-005',
  kind: 'always',
  description:
    'No failed Redis write is silent: it is retried within its budget, then raises an alert and degrades health. ' +
    'After healing, memory and Redis agree.',
  checker: (view) => new NoSilentFailures(view),
};

class NoSilentFailures implements Checker {
  readonly observes = ['command', 'probe', 'node', 'fault'] as const;
  readonly #view: CheckerView;
  readonly #pauses: Pauses;
  readonly #failed = new Deadlines<FailedWrite>(ANSWERED_WITHIN_MS, keyOf);
  /** Names of the alerts that each node raised while its health was degraded. */
  readonly #alerted = new Map<string, Set<string>>();
  readonly #degraded = new Set<string>();
  /** Authenticated connections in the memory of each node. */
  readonly #memory = new Map<string, Set<string>>();
  readonly #raised = new Set<string>();

  constructor(view: CheckerView) {
    this.#view = view;
    this.#pauses = Pauses.of(view);
  }

  observe(record: RunRecord): void {
    if (record.type === 'command') this.#command(record);
    else if (record.type === 'probe') this.#onProbe(record);
    else if (record.type === 'node' && record.phase !== 'ready') this.#forget(record.node);
    else if (record.type === 'fault' && record.kind === 'settled') this.#compare();
  }

  quiescent(): void {
    if (this.#raised.size > 0) this.#checkRaised();
    const write = this.#failed.overdue(this.#view.nowMs);
    if (write === undefined) return;
    const { node, key, atMs } = write;
    if (this.#pauses.disturbed(node, this.#view.nowMs, ANSWERED_WITHIN_MS)) {
      this.#failed.add({ ...write }, this.#view.nowMs);
      return;
    }
    const isAlerted = this.#alerted.get(node)?.has(alertFor(key)) === true;
    this.#view.check(isAlerted && this.#degraded.has(node), () => ({
      subject: 'failed write',
      text: `a write of ${key.split(':', 1)[0]} by ${node} failed at ${seconds(atMs)}; since then no retry succeeded and no alert was raised`,
    }));
  }

  #checkRaised(): void {
    for (const node of this.#raised) {
      this.#view.check(this.#degraded.has(node), () => ({
        subject: 'alert without degraded health',
        text: `${node} raised an alert for Redis, but its health is not degraded`,
      }));
    }
    this.#raised.clear();
  }

  #command({ node, key, command, phase, atMs }: Extract<RunRecord, { type: 'command' }>): void {
    if (!WRITES.has(command) || key === REPORTS) return;
    if (phase === 'sent') this.#supersede({ node, key, command, atMs });
    else if (phase === 'error') this.#failed.add({ node, key, command, atMs }, atMs);
    else if (phase === 'reply') {
      if (this.#failed.settle(`${node} ${key}`)) this.#view.check(true);
    }
  }

  /** A different write of the same key replaces the failed one and gets a new budget. */
  #supersede(write: FailedWrite): void {
    const failed = this.#failed.get(keyOf(write));
    if (failed === undefined || failed.command === write.command) return;
    this.#failed.settle(keyOf(write));
    this.#failed.add(write, write.atMs);
  }

  #onProbe(record: Extract<RunRecord, { type: 'probe' }>): void {
    const { node, name, fields } = reportOf(record);
    const memory = this.#memory.get(node);
    if (name === 'connection.authenticated') memory?.add(`conn:${String(fields['connection'])}`);
    else if (name === 'connection.closed') memory?.delete(`conn:${String(fields['connection'])}`);
    else if (name === 'alert.raised' && ALERTS.includes(String(fields['name']))) {
      this.#alerted.set(node, (this.#alerted.get(node) ?? new Set()).add(String(fields['name'])));
      this.#raised.add(node);
    } else if (name === 'health.changed') {
      if (fields['health'] === 'degraded') this.#degraded.add(node);
      else {
        this.#degraded.delete(node);
        this.#alerted.delete(node);
      }
    }
  }

  #compare(): void {
    const memory = new Set([...this.#memory.values()].flatMap((keys) => [...keys]));
    const stored = new Set(this.#view.ledger.redisKeys().filter((key) => key.startsWith('conn:')));
    const differing = [...stored, ...memory].filter((key) => !(stored.has(key) && memory.has(key)));
    this.#view.check(differing.length === 0, () => ({
      subject: 'memory and Redis',
      text: `after settling, memory and Redis differ in ${differing.length} connections: ${differing.slice(0, 3).join(', ')}`,
    }));
  }

  #forget(node: string): void {
    this.#memory.set(node, new Set());
    this.#alerted.delete(node);
    this.#degraded.delete(node);
    this.#raised.delete(node);
    for (const key of [...this.#failed.keys()]) if (key.startsWith(`${node} `)) this.#failed.settle(key);
  }
}

function keyOf({ node, key }: FailedWrite): string {
  return `${node} ${key}`;
}
