/**
 * The frames of each user that all nodes have accepted, as token buckets: one with all of them, and
 * one for each node with what it has to know.
 */
import type { CheckerView, RunRecord } from '../../sim/index.ts';
import { simulatedLimits } from '../configuration.ts';
import { Calm } from './calm.ts';

const { userFramesBurst, userFramesPerSecond } = simulatedLimits;

const MS_PER_FRAME = 1000 / userFramesPerSecond;
/** A node counts the frames of others after this time, while nothing disturbs nodes or Redis. */
const COUNTED_WITHIN_MS = 1500;
/** Nodes count frames together again after this time without a disturbance. */
const AFTER_FAULT_MS = 5000;
/**
 * Frames beyond the rate. In the time in which others count them, a full bucket gains none; nodes
 * do not look at users with less than a second of frames; and their buckets hold a second more.
 */
const BEYOND = 4 * userFramesPerSecond;

interface Frame {
  readonly node: string;
  readonly atMs: number;
}

/** What a node knows of a user. */
interface Known {
  fullAtMs: number;
  /** The frames of the user before this one count, if others have accepted them. */
  next: number;
}

export class ClusterFrames {
  readonly #view: CheckerView;
  readonly #calm: Calm;
  /** Time at which the bucket of each user is full. */
  readonly #fullAtMs = new Map<string, number>();
  /** By user, while nothing is disturbed. */
  readonly #frames = new Map<string, Frame[]>();
  /** By node and user. */
  readonly #known = new Map<string, Known>();

  constructor(view: CheckerView) {
    this.#view = view;
    this.#calm = Calm.of(view);
  }

  observe(record: RunRecord): void {
    if (record.type !== 'fault' && record.type !== 'node') return;
    if (this.#frames.size === 0 || this.#calm.sinceMs(record.atMs) + AFTER_FAULT_MS < record.atMs) return;
    this.#frames.clear();
    this.#known.clear();
  }

  /** Tokens of the user, if every node knew each frame at once. */
  level(user: string, nowMs: number): number {
    const fullAtMs = this.#fullAtMs.get(user) ?? nowMs;
    return userFramesBurst - Math.max(0, fullAtMs - nowMs) / MS_PER_FRAME;
  }

  /** A node has accepted a frame, now or before. */
  count(user: string): void {
    this.#fullAtMs.set(user, Math.max(this.#fullAtMs.get(user) ?? 0, this.#view.nowMs) + MS_PER_FRAME);
  }

  /** Checks a frame that a node accepts now. */
  check(node: string, user: string, link: string): void {
    const { nowMs } = this.#view;
    if (this.#calm.sinceMs(nowMs) + AFTER_FAULT_MS > nowMs) return;
    const frames = this.#frames.get(user) ?? [];
    this.#frames.set(user, frames);
    frames.push({ node, atMs: nowMs });
    const key = `${node} ${user}`;
    const known = this.#known.get(key) ?? { fullAtMs: 0, next: 0 };
    this.#known.set(key, known);
    for (; (frames[known.next]?.atMs ?? nowMs) <= nowMs - COUNTED_WITHIN_MS; known.next += 1) {
      const frame = frames[known.next];
      if (frame !== undefined && frame.node !== node) count(known, frame.atMs);
    }
    count(known, nowMs);
    const beyond = (known.fullAtMs - nowMs) / MS_PER_FRAME - userFramesBurst;
    this.#view.check(beyond <= BEYOND, () => ({
      subject: 'too many frames of a user over all nodes',
      text: `${node} accepted a frame of ${link}, beyond the rate of ${user} by ${beyond.toFixed(2)} frames over all nodes`,
    }));
  }
}

function count(known: Known, atMs: number): void {
  known.fullAtMs = Math.max(known.fullAtMs, atMs) + MS_PER_FRAME;
}
