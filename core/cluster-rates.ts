/** Frames that the node has read and not shared with others yet. */
export interface UnsharedFrames {
  readonly count: number;
  /** Monotonic time of the first of them. */
  readonly sinceMs: number;
}

export interface ClusterRatesOptions {
  readonly burst: number;
  readonly perSecond: number;
  /** Bounds the memory. When full, the oldest half of the users is forgotten. */
  readonly usersMax: number;
}

interface Use {
  /** Monotonic time at which the bucket is full again. */
  fullAtMs: number;
  unsharedCount: number;
  unsharedSinceMs: number;
}

/**
 * Nodes count a frame later than it was read by another one, by at most this time. A frame that is
 * counted late takes a token from a bucket that was full before, so it may cost up to the tokens of
 * this time too many. Buckets hold as many more, so that no user pays for it.
 */
export const COUNTED_WITHIN_MS = 1000;

/**
 * A token bucket for each user with the frames that all nodes have read, as far as this node knows:
 * its own at once, those of others when `learned` reports them. Reads no clock: callers pass the
 * monotonic time.
 */
export class ClusterRates {
  readonly #options: ClusterRatesOptions;
  readonly #msPerFrame: number;
  readonly #capacity: number;
  readonly #uses = new Map<string, Use>();

  constructor(options: ClusterRatesOptions) {
    this.#options = options;
    this.#msPerFrame = 1000 / options.perSecond;
    this.#capacity = options.burst + COUNTED_WITHIN_MS / this.#msPerFrame;
  }

  /** Number of remembered users. */
  get size(): number {
    return this.#uses.size;
  }

  /** Number of tokens at `nowMs`: more than the burst, because the nodes count late. */
  level(user: string, nowMs: number): number {
    const fullAtMs = this.#uses.get(user)?.fullAtMs ?? nowMs;
    return this.#capacity - Math.max(0, fullAtMs - nowMs) / this.#msPerFrame;
  }

  /** Counts a frame that this node has read. Returns false if no token is left. */
  take(user: string, nowMs: number): boolean {
    if (this.level(user, nowMs) < 1) return false;
    const use = this.#useOf(user, nowMs);
    use.fullAtMs = Math.max(use.fullAtMs, nowMs) + this.#msPerFrame;
    if (use.unsharedCount === 0) use.unsharedSinceMs = nowMs;
    use.unsharedCount += 1;
    return true;
  }

  /** The users with frames to share. */
  unsharedUsers(): readonly string[] {
    return [...this.#uses].flatMap(([user, { unsharedCount }]) => (unsharedCount > 0 ? user : []));
  }

  /** The frames to share, once: they count as shared from now on, also if that fails. */
  share(user: string, nowMs: number): UnsharedFrames {
    const use = this.#uses.get(user);
    if (use === undefined) return { count: 0, sinceMs: nowMs };
    const unshared = { count: use.unsharedCount, sinceMs: use.unsharedSinceMs };
    use.unsharedCount = 0;
    return unshared;
  }

  /**
   * The nodes have read frames of the user, which are those that were shared.
   *
   * @param askedAtMs monotonic time of the last `share`
   * @param fullInMs until the bucket is full, from a time after that
   */
  learned(user: string, askedAtMs: number, fullInMs: number): void {
    if (fullInMs <= 0 && !this.#uses.has(user)) return;
    const use = this.#useOf(user, askedAtMs);
    use.fullAtMs = askedAtMs + fullInMs + use.unsharedCount * this.#msPerFrame;
  }

  /** Forgets users whose bucket is full again. The sweeper calls it. */
  sweep(nowMs: number): void {
    for (const [user, { fullAtMs }] of [...this.#uses]) if (fullAtMs <= nowMs) this.#uses.delete(user);
  }

  #useOf(user: string, nowMs: number): Use {
    const known = this.#uses.get(user);
    if (known !== undefined) return known;
    if (this.#uses.size >= this.#options.usersMax)
      for (const oldest of [...this.#uses.keys()].slice(0, Math.ceil(this.#uses.size / 2))) this.#uses.delete(oldest);
    const use = { fullAtMs: nowMs, unsharedCount: 0, unsharedSinceMs: nowMs };
    this.#uses.set(user, use);
    return use;
  }
}
