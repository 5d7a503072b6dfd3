/**
 * The rates of frames from clients. Compares the close code 4429 with token buckets that are filled
 * from the frames that reach each node, and all nodes.
 */
import { closings } from '../../core/closings.ts';
import type { Checker, CheckerView, Property, RunRecord } from '../../sim/index.ts';
import { simulatedLimits } from '../configuration.ts';
import { ClusterFrames } from '../support/cluster-frames.ts';
import { Connections, type TrackedConnection } from '../support/connections.ts';
import { HeldTokens } from '../support/held-tokens.ts';
import { ROUNDING, TokenBuckets } from '../support/token-buckets.ts';
import { tokenOffered, validTokenIn } from '../support/tokens.ts';

export const OVER_CONNECTIONS = 'a user was too fast over several connections';
export const OVER_NODES = 'a user was too fast over several nodes';

export const frameRates: Property = {
  id: 'frame-rates',
  kind: 'always',
  description:
    'In any time a node accepts at most a burst of frames, and the steady rate, of each connection and of each user, also over several ' +
    'connections, and so do all nodes together of each user, apart from the frames of about 4 s, which they exchange. ' +
    'No client that keeps to that is closed with 4429, and none before it was sent slow_down.',
  marks: [
    { name: OVER_CONNECTIONS, withinSeeds: 500 },
    { name: OVER_NODES, withinSeeds: 500 },
  ],
  checker: (view) => new FrameRates(view),
};

const { framesBurst, framesPerSecond, userFramesBurst, userFramesPerSecond, failedAuthenticationsBurst } =
  simulatedLimits;

/** A frame that reached its node, and was not refused yet. */
interface Arrival {
  readonly tracked: TrackedConnection;
  readonly text: string;
  readonly atMs: number;
}

interface Upgrade {
  readonly link: string;
  readonly node: string;
  readonly atMs: number;
}

type FrameRecord = Extract<RunRecord, { type: 'frame' }>;

class FrameRates implements Checker {
  readonly observes = ['frame', 'node', 'fault'] as const;
  readonly #view: CheckerView;
  readonly #connections: Connections;
  readonly #held: HeldTokens;
  readonly #cluster: ClusterFrames;
  readonly #byLink = new TokenBuckets(framesBurst, framesPerSecond);
  /** By node and user. */
  readonly #byUser = new TokenBuckets(userFramesBurst, userFramesPerSecond);
  /** The same, with refused tokens of upgrades, which the node may have counted. */
  readonly #byUserAtLeast = new TokenBuckets(userFramesBurst, userFramesPerSecond);
  readonly #warned = new Set<string>();
  #arrivals: Arrival[] = [];
  #upgrades: Upgrade[] = [];
  #failures = 0;

  constructor(view: CheckerView) {
    this.#view = view;
    this.#held = HeldTokens.of(view);
    this.#connections = Connections.of(view);
    this.#cluster = new ClusterFrames(view);
  }

  observe(record: RunRecord): void {
    this.#cluster.observe(record);
    if (record.type === 'node') {
      if (record.phase === 'started') this.#started(record.node);
    } else if (record.type === 'frame') this.#frame(record);
  }

  quiescent(): void {
    for (const upgrade of this.#upgrades.splice(0)) this.#countOfUser(upgrade);
    for (const arrival of this.#arrivals.splice(0)) this.#accepted(arrival);
  }

  #frame({ kind, direction, phase, link, node, text, code, reason = '', atMs }: FrameRecord): void {
    if (direction === 'up') {
      if (kind === 'open') this.#opened(link);
      if (kind === 'open' && phase === 'delivered' && tokenOffered(text) !== null)
        this.#upgrades.push({ link, node, atMs });
      const tracked = this.#connections.open.get(link);
      if (kind === 'text' && phase === 'delivered' && tracked !== undefined)
        this.#arrivals.push({ tracked, text, atMs });
    } else if (phase !== 'sent') return;
    else if (text.startsWith('{"type":"slow_down"')) this.#warned.add(link);
    else if (kind === 'close' && code === closings.unauthenticated.closeCode) this.#failures += 1;
    else if (kind === 'close' && code === closings.rate_limited.closeCode) this.#refused(link, reason);
  }

  #started(node: string): void {
    for (const buckets of [this.#byUser, this.#byUserAtLeast]) buckets.deleteBeginning(`${node} `);
  }

  /** A link may be used again. */
  #opened(link: string): void {
    this.#byLink.delete(link);
    this.#warned.delete(link);
  }

  #accepted({ tracked: { link, node }, atMs }: Arrival): void {
    const own = this.#byLink.take(link, atMs);
    this.#view.check(own > -ROUNDING, () => ({
      subject: 'too many frames of a connection',
      text: `${node} accepted a frame of ${link}, beyond its rate by ${(-own).toFixed(2)} frames`,
    }));
    this.#countOfUser({ link, node, atMs });
  }

  /** A token at an upgrade counts like a frame of its user. */
  #countOfUser({ link, node, atMs }: Upgrade): void {
    const user = this.#held.userOf(link);
    if (user === undefined) return;
    this.#byUserAtLeast.take(`${node} ${user}`, atMs);
    this.#cluster.count(user);
    if (this.#held.of(link) === undefined) return;
    const level = this.#byUser.take(`${node} ${user}`, atMs);
    this.#view.check(level > -ROUNDING, () => ({
      subject: 'too many frames of a user',
      text: `${node} accepted a frame of ${link}, beyond the rate of ${user} by ${(-level).toFixed(2)} frames`,
    }));
    this.#cluster.check(node, user, link);
  }

  /** The last frame of the link was too much. */
  #refused(link: string, reason: string): void {
    const index = this.#arrivals.findLastIndex(({ tracked }) => tracked.link === link);
    const [arrival] = index < 0 ? [] : this.#arrivals.splice(index, 1);
    if (arrival === undefined) return;
    // Those before it in the same step.
    this.quiescent();
    const { tracked, text, atMs } = arrival;
    const { node, connection } = tracked;
    const user = connection === null ? userIn(text) : this.#held.of(link)?.user;
    // An address may fail too often to authenticate, too.
    if (connection === null && this.#failures >= failedAuthenticationsBurst) return;
    const own = this.#byLink.level(link, atMs);
    const level = this.#byUserAtLeast.level(`${node} ${user ?? ''}`, atMs);
    const all = this.#cluster.level(user ?? '', atMs);
    if (own >= 1) this.#view.mark(level < 1 + ROUNDING ? OVER_CONNECTIONS : OVER_NODES);
    this.#view.check(Math.min(own, level, all) < 1 + ROUNDING, () => ({
      subject: 'ended as too fast',
      text: `${node} closed ${link} with 4429 "${reason}", but it had ${own.toFixed(2)} frames left, and its user ${level.toFixed(2)}, of all nodes ${all.toFixed(2)}; ${this.#failures} authentications had failed`,
    }));
    this.#view.check(connection === null || this.#warned.has(link), () => ({
      subject: 'closed without warning',
      text: `${node} closed ${link} with 4429 "${reason}" and had not sent slow_down`,
    }));
  }
}

/** The user who authenticates with a frame, if its token is valid. */
function userIn(text: string): string | undefined {
  if (!text.startsWith('{"type":"authenticate"')) return undefined;
  return validTokenIn((JSON.parse(text) as { token: string }).token)?.user;
}
