/**
 * Faults as data: what a plan contains, and which of them are active. world/faults has the kinds.
 */

/** One fault of a plan. JSON. */
/** Connections to Redis that are subscribed to something, and the others. */
export const REDIS_CONNECTIONS = ['subscriber', 'commands'] as const;
export type RedisConnection = (typeof REDIS_CONNECTIONS)[number];

export interface Fault {
  /** Permanent: choices made for the fault are keyed by it. */
  readonly id: string;
  readonly kind: string;
  /** An actor, a node, or `*` for all. */
  readonly target: string;
  readonly atMs: number;
  /** 0 for a momentary fault. */
  readonly durationMs: number;
  /** The share of possible hits that happen, in (0, 1]. */
  readonly rate: number;
  /** Of a fault of Redis: the only connections of its target that it hits; absent for all. */
  readonly connection?: RedisConnection | undefined;
}

const NONE: readonly Fault[] = Object.freeze([]);

/**
 * The faults whose window is open now, indexed for the hot path: links, timers and Redis look them
 * up for each frame, timer and command.
 */
export class ActiveFaults {
  #open: readonly Fault[] = [];
  /** By kind, then by target, so that faults of other targets cost nothing. */
  readonly #byTarget = new Map<string, Map<string, readonly Fault[]>>();

  get none(): boolean {
    return this.#open.length === 0;
  }

  open(fault: Fault): void {
    this.#open = [...this.#open, fault];
    this.#index(fault);
  }

  close(fault: Fault): void {
    this.#open = this.#open.filter((other) => other !== fault);
    this.#index(fault);
  }

  /**
   * The open faults of a kind that aim at `target` or at all, in the order in which they began. The
   * type does not catch a misspelt kind, because the list of kinds is in world, which imports the
   * kernel. world/faults/catalogue.test.ts does: it requires an effect of every kind.
   */
  of(kind: string, target: string): readonly Fault[] {
    const targets = this.#byTarget.get(kind);
    if (targets === undefined) return NONE;
    const all = targets.get('*') ?? NONE;
    const own = targets.get(target) ?? NONE;
    if (all.length === 0) return own;
    if (own.length === 0) return all;
    return this.#open.filter((fault) => fault.kind === kind && (fault.target === '*' || fault.target === target));
  }

  #index({ kind, target }: Fault): void {
    const targets = this.#byTarget.get(kind) ?? new Map<string, readonly Fault[]>();
    this.#byTarget.set(kind, targets);
    const open = this.#open.filter((fault) => fault.kind === kind && fault.target === target);
    if (open.length > 0) targets.set(target, open);
    else if (targets.delete(target) && targets.size === 0) this.#byTarget.delete(kind);
  }
}
