/**
 * WS-003: work outlives its owner. Compares timers that fire, and all that the simulator's ledger
 * holds open at the end, with the connections and subscriptions seen in frames. Also uses the tasks
 * that the gateway's probe reports.
 */
import type { Checker, CheckerView, Property, RunRecord } from '../../sim/index.ts';
import { simulatedLimits } from '../configuration.ts';
import { Connections, isSlow, type TrackedConnection } from '../support/connections.ts';
import { Pauses } from '../support/pauses.ts';
import { seconds } from '../support/seconds.ts';
import { reportOf } from '../support/testimony.ts';

/** Streams go on for this time after their last subscriber. */
const { historyKeptMs, closeWithinMs } = simulatedLimits;

/** Time for work to notice that its owner has ended. */
const GRACE_MS = 200;

/** What concerns the gateway, not one of its clients. */
const CHANNELS_OF_GATEWAY = /^(?:revocations|messages|probe:messages:.*)$/;

/** Ended connections are dropped after this time, to bound memory in long runs. */
const REMEMBERED_MS = 120_000;

export const noOrphans: Property = {
  id: 'no-orphan-tasks',
  risk: 'WS-003',
  kind: 'always',
  description:
    'No task, timer or listener outlives its owner. After the last client has left, none of any client remains.',
  checker: (view) => new NoOrphans(view),
};

/** Time after which a socket is closed if the client never answers the closing frame. */
const CLOSING_WITHIN_MS = closeWithinMs + GRACE_MS;

interface Departed {
  readonly atMs: number;
  readonly client: string;
}

class NoOrphans implements Checker {
  readonly observes = ['timer', 'probe', 'node', 'frame'] as const;
  readonly #view: CheckerView;
  readonly #pauses: Pauses;
  readonly #connections: Connections;
  readonly #subscribers = new Map<string, number>();
  /** By node and symbol without subscribers: the last one that left. */
  readonly #departed = new Map<string, Departed>();
  /** Ended connections, oldest first. */
  readonly #closed = new Map<string, Departed>();
  /**
   * Links with a WebSocket at their node. Node itself ends a connection without a request, after
   * the 60 s of `headersTimeout`.
   */
  readonly #accepted = new Set<string>();
  /** When the gateway closed a connection, by link, oldest first. */
  readonly #closingSinceMs = new Map<string, number>();
  /** Nodes that reported an incomplete stop. */
  readonly #unfinished = new Set<string>();
  readonly #tasks = new Map<string, { node: string; label: string }>();
  /** When the last connection has ended. */
  #lastEndedAtMs: number | null = null;

  constructor(view: CheckerView) {
    this.#view = view;
    this.#pauses = Pauses.of(view);
    this.#connections = Connections.of(view).listen({
      accepted: ({ link }) => this.#accepted.add(link),
      subscribed: (tracked, symbol) => this.#count(tracked, symbol, 1),
      unsubscribed: (tracked, symbol) => this.#count(tracked, symbol, -1),
      ended: (tracked) => this.#ended(tracked),
    });
  }

  observe(record: RunRecord): void {
    if (record.type === 'timer' && record.phase === 'fired') this.#fired(record);
    else if (record.type === 'probe') this.#onProbe(record);
    else if (record.type === 'frame') this.#onFrame(record);
    else if (record.type === 'node' && record.phase === 'stopped') this.#stopped(record.node);
    if (record.type === 'node' && record.phase !== 'ready') this.#forget(record.node);
  }

  end(): void {
    const { ledger } = this.#view;
    for (const node of ledger.nodes()) {
      const timer = ledger.timers(node).find(({ owner }) => isOfClients(owner));
      this.#view.check(timer === undefined, () => ({
        subject: `timer ${kindOf(timer?.label ?? '')}`,
        text: `${this.#lastLeft()}, but ${node} still holds the timer ${timer?.label} of ${timer?.owner}`,
      }));
      const channel = ledger.channels(node).find((name) => !CHANNELS_OF_GATEWAY.test(name));
      this.#view.check(channel === undefined, () => ({
        subject: 'channel',
        text: `${this.#lastLeft()}, but ${node} still listens to ${channel}`,
      }));
    }
    const held = ledger
      .connections()
      .find(({ link, atNode }) => atNode === 'open' && this.#accepted.has(link) && !this.#isClosing(link));
    this.#view.check(held === undefined, () => ({
      subject: 'connection',
      text: `${this.#lastLeft()}, but ${held?.node} still holds ${held?.link}, with ${held?.listeners} listeners`,
    }));
    const task = [...this.#tasks.values()].find(({ label }) => isOfClients(label));
    this.#view.check(task === undefined, () => ({
      subject: `task ${kindOf(task?.label ?? '')}`,
      text: `${this.#lastLeft()}, but ${task?.node} still runs the task ${task?.label}`,
    }));
  }

  #lastLeft(): string {
    const atMs = this.#lastEndedAtMs;
    return `the last client has left${atMs === null ? '' : ` at ${seconds(atMs)}`}`;
  }

  #onFrame({ kind, direction, phase, link }: Extract<RunRecord, { type: 'frame' }>): void {
    if (kind === 'close' && direction === 'down' && phase === 'sent') this.#closing(link);
  }

  #isClosing(link: string): boolean {
    return this.#view.nowMs - (this.#closingSinceMs.get(link) ?? -Infinity) <= CLOSING_WITHIN_MS;
  }

  #closing(link: string): void {
    const { nowMs } = this.#view;
    if (!this.#closingSinceMs.has(link)) this.#closingSinceMs.set(link, nowMs);
    for (const [oldest, atMs] of this.#closingSinceMs) {
      if (nowMs - atMs <= REMEMBERED_MS) break;
      this.#closingSinceMs.delete(oldest);
    }
  }

  #ended(tracked: TrackedConnection): void {
    this.#lastEndedAtMs = this.#view.nowMs;
    for (const symbol of tracked.subscriptions) this.#count(tracked, symbol, -1);
    if (tracked.connection === null) return;
    this.#closed.set(`${tracked.node} ${tracked.connection}`, this.#leaving(tracked));
    for (const [key, { atMs }] of this.#closed) {
      if (this.#view.nowMs - atMs <= REMEMBERED_MS) break;
      this.#closed.delete(key);
    }
  }

  #fired({ node, label, owner, atMs }: Extract<RunRecord, { type: 'timer' }>): void {
    const departed = this.#ownerGone(node, owner);
    const allowedMs = GRACE_MS + (owner.startsWith('stream:') ? historyKeptMs : 0);
    // A late timer keeps others waiting that were due before it.
    const isLate = departed !== undefined && this.#pauses.disturbed(node, atMs, allowedMs);
    this.#view.check(departed === undefined || isLate || atMs - departed.atMs <= allowedMs, () => ({
      subject: `timer ${kindOf(label)}`,
      text: `${departed?.client} left at ${seconds(departed?.atMs ?? 0)}, but ${label} of ${owner} still runs on ${node}`,
    }));
  }

  /**
   * After a graceful stop nothing of the node may run, unless it reported that its stop was
   * incomplete.
   */
  #stopped(node: string): void {
    if (this.#unfinished.has(node)) return;
    const task = [...this.#tasks.values()].find((running) => running.node === node);
    this.#view.check(task === undefined, () => ({
      subject: `task of a stopped node: ${kindOf(task?.label ?? '')}`,
      text: `${node} has stopped gracefully, but still runs the task ${task?.label}`,
    }));
    const [timer] = this.#view.ledger.timers(node);
    this.#view.check(timer === undefined, () => ({
      subject: `timer of a stopped node: ${kindOf(timer?.label ?? '')}`,
      text: `${node} has stopped gracefully, but still holds the timer ${timer?.label} of ${timer?.owner}`,
    }));
  }

  #ownerGone(node: string, owner: string): Departed | undefined {
    if (owner.startsWith('stream:')) return this.#departed.get(`${node} ${owner.slice('stream:'.length)}`);
    if (owner.startsWith('conn:')) return this.#closed.get(`${node} ${owner.slice('conn:'.length)}`);
    return undefined;
  }

  #onProbe(record: Extract<RunRecord, { type: 'probe' }>): void {
    const { node, name, fields } = reportOf(record);
    const key = `${node} ${String(fields['task'])}`;
    if (name === 'task.started') this.#tasks.set(key, { node, label: String(fields['label']) });
    else if (name === 'task.ended') this.#tasks.delete(key);
    else if (name === 'connection.closed') this.#reportedClosed(String(fields['connection']));
    else if (name === 'alert.raised' && fields['name'] === 'stop_incomplete') this.#unfinished.add(node);
  }

  /** The closing frame to a slow reader waits in the stream, so only the report shows the close. */
  #reportedClosed(connection: string): void {
    const tracked = this.#connections.named(connection);
    if (tracked !== undefined && isSlow(tracked, this.#view.nowMs)) this.#closing(tracked.link);
  }

  #count(tracked: TrackedConnection, symbol: string, change: 1 | -1): void {
    const key = `${tracked.node} ${symbol}`;
    const count = (this.#subscribers.get(key) ?? 0) + change;
    this.#subscribers.set(key, count);
    if (count > 0) this.#departed.delete(key);
    else this.#departed.set(key, this.#leaving(tracked));
  }

  #leaving({ client }: TrackedConnection): Departed {
    return { atMs: this.#view.nowMs, client };
  }

  #forget(node: string): void {
    this.#unfinished.delete(node);
    for (const [key, task] of this.#tasks) if (task.node === node) this.#tasks.delete(key);
    for (const table of [this.#departed, this.#closed]) {
      for (const key of table.keys()) if (key.startsWith(`${node} `)) table.delete(key);
    }
  }
}

/** Whether work exists because of a client. The gateway's own work continues. */
function isOfClients(name: string): boolean {
  return name.startsWith('stream:') || name.startsWith('conn:');
}

/** `feed` for `feed:AAPL`: the same for all symbols. */
function kindOf(label: string): string {
  return label.split(':', 1)[0] ?? label;
}
