/**
 * The rates of frames, for the main of `npm start`. A node reads a frame when TCP has delivered it,
 * or later, and no record says when: it is read at the latest when its answer is sent. So a frame
 * with a prompt answer is known to be accepted then, and for a frame that ends a connection all
 * that may have been read before it counts.
 */
import { closings } from '../../core/closings.ts';
import type { Checker, CheckerView, Property, RunRecord } from '../../sim/index.ts';
import { simulatedLimits } from '../configuration.ts';
import { ClusterFrames } from '../support/cluster-frames.ts';
import { Connections, isSlow, PROMPT_MS, type TrackedConnection } from '../support/connections.ts';
import { HeldTokens } from '../support/held-tokens.ts';
import { ROUNDING, TokenBuckets } from '../support/token-buckets.ts';
import { Unanswered } from '../support/unanswered.ts';
import { frameRates, OVER_CONNECTIONS, OVER_NODES } from './frame-rates.ts';

export const frameRatesOverTcp: Property = { ...frameRates, checker: (view) => new FrameRatesOverTcp(view) };

const { framesBurst, framesPerSecond, userFramesBurst, userFramesPerSecond } = simulatedLimits;

type FrameRecord = Extract<RunRecord, { type: 'frame' }>;

class FrameRatesOverTcp implements Checker {
  readonly observes = ['frame', 'node', 'fault'] as const;
  readonly #view: CheckerView;
  readonly #connections: Connections;
  readonly #held: HeldTokens;
  readonly #cluster: ClusterFrames;
  readonly #unanswered = new Unanswered();
  readonly #warned = new Set<string>();
  /** By link, and by node and user: at least as many tokens as the node has. */
  readonly #most = { link: linkBuckets(), user: userBuckets() };
  /** At most as many, apart from the requests without an answer. */
  readonly #least = { link: linkBuckets(), user: userBuckets() };
  /** Connections that ended in this step. `Connections` no longer has them. */
  readonly #ended = new Map<string, TrackedConnection>();

  constructor(view: CheckerView) {
    this.#view = view;
    this.#held = HeldTokens.of(view);
    this.#connections = Connections.of(view).listen({ ended: (tracked) => this.#ended.set(tracked.link, tracked) });
    this.#cluster = new ClusterFrames(view);
  }

  observe(record: RunRecord): void {
    this.#cluster.observe(record);
    if (record.type === 'frame') this.#frame(record);
    else if (record.type === 'node' && record.phase === 'started') this.#started(record.node);
  }

  /** A connection that has ended reads nothing more, but may have read all that has arrived. */
  quiescent(): void {
    for (const tracked of this.#ended.values()) {
      const waiting = this.#unanswered.count(tracked.link);
      // A token at an upgrade counts also if the gateway refuses the client.
      const count = waiting === 0 && tracked.connection === null ? 1 : waiting;
      for (let read = 0; read < count; read += 1) this.#mayHaveRead(tracked);
      this.#forget(tracked.link);
    }
    this.#ended.clear();
  }

  #frame({ kind, direction, phase, link, text, code, reason = '', atMs }: FrameRecord): void {
    if (kind === 'close' && direction === 'down' && phase === 'sent' && code === closings.rate_limited.closeCode)
      this.#refused(link, reason);
    const tracked = this.#connections.open.get(link) ?? this.#connections.closing.get(link);
    if (kind !== 'text' || tracked === undefined) return;
    if (direction === 'up' && phase === 'delivered') this.#unanswered.arrived(link, text, atMs);
    else if (direction === 'down' && phase === 'sent') this.#sent(tracked, text, atMs);
  }

  #sent(tracked: TrackedConnection, text: string, atMs: number): void {
    if (text.startsWith('{"type":"slow_down"')) this.#warned.add(tracked.link);
    const arrivedAtMs = this.#unanswered.answered(tracked.link, text);
    // A token at an upgrade counts like a frame of its user. A frame whose answer is not prompt may
    // have been read before.
    const isUpgrade = arrivedAtMs === null && text.startsWith('{"type":"authenticated"');
    if (isUpgrade || (arrivedAtMs !== null && atMs > arrivedAtMs + PROMPT_MS)) this.#mayHaveRead(tracked);
    else if (arrivedAtMs !== null) this.#accepted(tracked);
  }

  /** The node has read a frame of the connection, now or before. */
  #mayHaveRead({ link, node }: TrackedConnection): string | undefined {
    const { nowMs } = this.#view;
    const user = this.#held.userOf(link);
    this.#least.link.take(link, nowMs);
    if (user === undefined) return undefined;
    this.#least.user.take(`${node} ${user}`, nowMs);
    this.#cluster.count(user);
    return user;
  }

  #accepted(tracked: TrackedConnection): void {
    const { link, node } = tracked;
    const { nowMs } = this.#view;
    const user = this.#mayHaveRead(tracked);
    const own = this.#most.link.take(link, nowMs);
    this.#view.check(own > -spare(framesPerSecond), () => ({
      subject: 'too many frames of a connection',
      text: `${node} answered a frame of ${link}, beyond its rate by ${(-own).toFixed(2)} frames`,
    }));
    if (user === undefined) return;
    const level = this.#most.user.take(`${node} ${user}`, nowMs);
    this.#view.check(level > -spare(userFramesPerSecond), () => ({
      subject: 'too many frames of a user',
      text: `${node} answered a frame of ${link}, beyond the rate of ${user} by ${(-level).toFixed(2)} frames`,
    }));
    this.#cluster.check(node, user, link);
  }

  #refused(link: string, reason: string): void {
    const tracked = this.#ended.get(link);
    const user = this.#held.of(link)?.user;
    // Its address may have failed too often to authenticate.
    if (tracked === undefined || tracked.connection === null || user === undefined) return;
    const { node } = tracked;
    // What a slow reader is sent may have waited, so that tokens came back.
    if (!isSlow(tracked, this.#view.nowMs)) this.#refusedAtOnce(link, node, user, reason);
    this.#view.check(this.#warned.has(link), () => ({
      subject: 'closed without warning',
      text: `${node} closed ${link} with 4429 "${reason}" and had not sent slow_down`,
    }));
  }

  #refusedAtOnce(link: string, node: string, user: string, reason: string): void {
    const { nowMs } = this.#view;
    const own = this.#least.link.level(link, nowMs) - this.#unanswered.count(link);
    const atNode = this.#least.user.level(`${node} ${user}`, nowMs) - this.#waiting(user, node);
    const all = this.#cluster.level(user, nowMs) - this.#waiting(user, null);
    if (own > ROUNDING) this.#view.mark(atNode > ROUNDING ? OVER_NODES : OVER_CONNECTIONS);
    this.#view.check(Math.min(own, atNode, all) < ROUNDING, () => ({
      subject: 'ended as too fast',
      text: `${node} closed ${link} with 4429 "${reason}", but it had ${own.toFixed(2)} frames left, and its user ${atNode.toFixed(2)}, of all nodes ${all.toFixed(2)}`,
    }));
  }

  /** Requests of a user without an answer, at one node or at all. */
  #waiting(user: string, node: string | null): number {
    const { open, closing } = this.#connections;
    return [...open.values(), ...closing.values(), ...this.#ended.values()]
      .filter((tracked) => (node === null || tracked.node === node) && this.#held.userOf(tracked.link) === user)
      .reduce((sum, { link }) => sum + this.#unanswered.count(link), 0);
  }

  #started(node: string): void {
    for (const { user } of [this.#most, this.#least]) user.deleteBeginning(`${node} `);
  }

  /** A link may be used again. */
  #forget(link: string): void {
    for (const buckets of [this.#most, this.#least]) buckets.link.delete(link);
    this.#warned.delete(link);
    this.#unanswered.delete(link);
  }
}

/** Frames count up to `PROMPT_MS` after they were read. */
function spare(perSecond: number): number {
  return ROUNDING + (PROMPT_MS * perSecond) / 1000;
}

function linkBuckets(): TokenBuckets {
  return new TokenBuckets(framesBurst, framesPerSecond);
}

function userBuckets(): TokenBuckets {
  return new TokenBuckets(userFramesBurst, userFramesPerSecond);
}
