import type { AuditTrail } from './audit.ts';
import type { ClosingCode } from './closings.ts';
import { closings } from './closings.ts';
import type { ClusterRates } from './cluster-rates.ts';
import type { Connection } from './connection.ts';
import { KeyedBuckets } from './keyed-buckets.ts';
import { TokenBucket, type TokenRate } from './limiter.ts';
import type { Limits } from './limits.ts';
import type { Replies } from './replies.ts';

export interface FrameRatesParts {
  readonly limits: Limits;
  readonly registry: { living(): readonly Connection[] };
  /** The frames of users at all nodes. */
  readonly cluster: Pick<ClusterRates, 'level' | 'take' | 'sweep'>;
  readonly audit: AuditTrail;
  readonly replies: Pick<Replies, 'send'>;
  readonly end: (connection: Connection, code: ClosingCode) => void;
}

/** A connection is warned when less than this share of a burst is left. */
const WARNED_BELOW = 0.25;
/** It is warned again after it had more than this share. */
const FORGIVEN_ABOVE = 0.5;

/**
 * The rates of frames from clients: of each connection, and of each user over all its connections
 * at this node, also those before, and at all nodes. A frame counts when it is read. Before a
 * connection is closed for its rate, it is sent `slow_down`.
 */
export class FrameRates {
  readonly #parts: FrameRatesParts;
  readonly #users: KeyedBuckets;
  readonly #rate: TokenRate;

  constructor(parts: FrameRatesParts) {
    this.#parts = parts;
    const { limits } = parts;
    this.#rate = { burst: limits[closings.rate_limited.most], perSecond: limits.framesPerSecond };
    this.#users = new KeyedBuckets({
      burst: limits[closings.user_rate_limited.most],
      perSecond: limits.userFramesPerSecond,
      keysMax: 2 * limits.connectionsMax,
    });
  }

  /** Counts a frame. Returns false if it is too much, and has ended the connection. */
  admit(connection: Connection, nowMs: number): boolean {
    const user = connection.identity?.user;
    connection.frames ??= new TokenBucket(this.#rate, nowMs);
    if (!connection.frames.take(nowMs)) return this.#refuse(connection, 'rate_limited', nowMs);
    if (user !== undefined && !this.admitUser(user, nowMs)) return this.#refuse(connection, 'user_rate_limited', nowMs);
    this.#warn(connection, nowMs);
    return connection.state !== 'closed';
  }

  /** Counts the frame that authenticates a user. Returns false if it is too much. */
  admitUser(user: string, nowMs: number): boolean {
    return this.#users.take(user, nowMs) && this.#parts.cluster.take(user, nowMs);
  }

  /** The sweeper calls it. */
  sweep(nowMs: number): void {
    for (const connection of this.#parts.registry.living())
      if (connection.frames?.isFull(nowMs) === true) connection.frames = null;
    this.#users.sweep(nowMs);
    this.#parts.cluster.sweep(nowMs);
  }

  #refuse(connection: Connection, code: ClosingCode, nowMs: number): false {
    const { audit, end } = this.#parts;
    // Another connection of the user may have used up what was left.
    this.#warn(connection, nowMs);
    audit.write('rate_limited', connection, code);
    end(connection, code);
    return false;
  }

  #warn(connection: Connection, nowMs: number): void {
    // A connection that is not authenticated is sent nothing.
    if (connection.identity === null) return;
    const { limits, cluster, replies } = this.#parts;
    const { user } = connection.identity;
    const left = connection.frames?.level(nowMs) ?? this.#rate.burst;
    const userLeft = Math.min(this.#users.level(user, nowMs), cluster.level(user, nowMs));
    const share = Math.min(left / limits.framesBurst, userLeft / limits.userFramesBurst);
    if (share > FORGIVEN_ABOVE) connection.isWarned = false;
    if (connection.isWarned || share >= WARNED_BELOW) return;
    connection.isWarned = true;
    replies.send(connection, { type: 'slow_down', left: Math.floor(Math.min(left, userLeft)) });
  }
}
