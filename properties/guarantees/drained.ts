/**
 * Graceful stops: compares the announcement of each stop with the closing frames that follow it.
 */
import { closings } from '../../core/closings.ts';
import type { Checker, CheckerView, Property, RunRecord } from '../../sim/index.ts';
import { simulatedLimits } from '../configuration.ts';
import { Connections, isSlow, type TrackedConnection } from '../support/connections.ts';
import { Pauses } from '../support/pauses.ts';
import { seconds } from '../support/seconds.ts';

const MARK = 'clients left a stopping node one after the other';

export const drained: Property = {
  id: 'drained',
  kind: 'always',
  marks: [{ name: MARK, withinSeeds: 500 }],
  description:
    'A gateway that stops gracefully announces it to its clients, serves no new ones, and closes them with 1012 evenly over the time of the drain, oldest first.',
  checker: (view) => new Drained(view),
};

const { drainOverMs } = simulatedLimits;

/** Tolerance for late timers. */
const SLACK_MS = 500;
/** Times of records are rounded. */
const ROUNDING_MS = 1;

type FrameRecord = Extract<RunRecord, { type: 'frame' }>;

/** The stop of a node's process, from its first announcement. */
interface Drain {
  readonly node: string;
  readonly step: number;
  readonly beganAtMs: number;
  /**
   * Whether all clients were sent the announcement in one step. Over TCP it waits behind what a
   * slow client has not read, so the stop may have begun before the first one.
   */
  isExact: boolean;
  /** Number of connections that the node had then. */
  readonly connections: number;
  /** Links that the announcement was sent to and that have not ended. */
  readonly told: Set<string>;
  /** Number of those that the node has closed. */
  closed: number;
}

class Drained implements Checker {
  readonly observes = ['frame', 'node'] as const;
  readonly #view: CheckerView;
  readonly #connections: Connections;
  readonly #pauses: Pauses;
  readonly #drains = new Map<string, Drain>();
  /** Authenticated connections that ended in this step. `Connections` no longer has them. */
  readonly #ended = new Map<string, TrackedConnection>();

  constructor(view: CheckerView) {
    this.#view = view;
    this.#pauses = Pauses.of(view);
    this.#connections = Connections.of(view).listen({
      authenticated: (tracked) => this.#authenticated(tracked),
      closing: ({ node, link }) => this.#drains.get(node)?.told.delete(link),
      ended: (tracked) => {
        if (tracked.connection !== null) this.#ended.set(tracked.link, tracked);
      },
    });
  }

  observe(record: FrameRecord | Extract<RunRecord, { type: 'node' }>): void {
    if (record.type === 'node') {
      if (record.phase !== 'ready') this.#drains.delete(record.node);
      return;
    }
    const { direction, phase, kind, link, text, code } = record;
    if (direction !== 'down' || phase !== 'sent') return;
    if (kind === 'text' && text.startsWith('{"type":"restarting"')) this.#announced(record);
    const tracked = this.#ended.get(link);
    if (kind === 'close' && code === closings.restarting.closeCode && tracked !== undefined) this.#closed(tracked);
  }

  quiescent(): void {
    for (const { link, node } of this.#ended.values()) this.#drains.get(node)?.told.delete(link);
    this.#ended.clear();
    for (const drain of this.#drains.values()) this.#checkDeadline(drain);
  }

  #announced({ node, link, step }: FrameRecord): void {
    let drain = this.#drains.get(node);
    if (drain === undefined) {
      // Also those that have answered a closing frame, and whose socket is not closed yet.
      const ofNode = this.#view.ledger.openConnections(node);
      const beganAtMs = this.#view.nowMs;
      drain = { node, step, beganAtMs, isExact: true, connections: ofNode.length, told: new Set(), closed: 0 };
      this.#drains.set(node, drain);
    }
    if (step !== drain.step) drain.isExact = false;
    drain.told.add(link);
  }

  #authenticated({ node, link }: TrackedConnection): void {
    this.#view.check(!this.#drains.has(node), () => ({
      subject: 'served while stopping',
      text: `${node} accepted the token of ${link} after it had announced that it stops`,
    }));
  }

  #closed({ node, link, acceptedAtMs }: TrackedConnection): void {
    const drain = this.#drains.get(node);
    this.#view.check(drain?.told.has(link) === true, () => ({
      subject: 'closed without announcement',
      text: `${node} closed ${link} because it stops, and had not announced that`,
    }));
    if (drain === undefined) return;
    drain.closed += 1;
    const elapsedMs = this.#view.nowMs - drain.beganAtMs;
    if (drain.closed > 1 && elapsedMs > 0) this.#view.mark(MARK);
    if (!drain.isExact) return;
    const most = Math.floor(((elapsedMs + ROUNDING_MS) * drain.connections) / drainOverMs) + 1;
    this.#view.check(drain.closed <= most, () => ({
      subject: 'closed too early',
      text: `${node} closed ${drain.closed} of ${drain.connections} clients within ${elapsedMs.toFixed(0)} ms of its stop`,
    }));
    const older = [...drain.told].find((other) => this.#isOlder(other, acceptedAtMs));
    this.#view.check(older === undefined, () => ({
      subject: 'closed out of order',
      text: `${node} closed ${link} because it stops, before ${older}, which is older`,
    }));
  }

  /** Whether the link is open and was accepted before that time. */
  #isOlder(link: string, acceptedAtMs: number): boolean {
    const tracked = this.#connections.open.get(link);
    // Over TCP even its closing frame waits behind what a slow client has not read.
    return tracked !== undefined && tracked.acceptedAtMs < acceptedAtMs && !isSlow(tracked, this.#view.nowMs);
  }

  #checkDeadline(drain: Drain): void {
    const { nowMs } = this.#view;
    if (drain.told.size === 0) return;
    const dueAtMs = Math.max(drain.beganAtMs + drainOverMs, this.#pauses.lastMs(drain.node, nowMs)) + SLACK_MS;
    if (nowMs <= dueAtMs) return;
    for (const link of drain.told) {
      const tracked = this.#connections.open.get(link);
      // Over TCP even a closing frame waits behind what a slow client has not read.
      this.#view.check(tracked === undefined || isSlow(tracked, this.#view.nowMs), () => ({
        subject: 'still connected',
        text: `${drain.node} has not closed ${link} since ${seconds(drain.beganAtMs)}, when it announced its stop`,
      }));
    }
    drain.told.clear();
  }
}
