/**
 * What a fault is: data in a plan. How each kind is brought about stands in fault-kind.ts and beside the part that it breaks.
 */
/** One fault of a plan. Plain JSON. */
export interface Fault {
  /** Permanent: choices made for the fault are keyed by it. */
  readonly id: string;
  readonly kind: string;
  /** An actor, a node, or `*` for all. */
  readonly target: string;
  readonly atMs: number;
  /** 0 for what happens in a moment. */
  readonly durationMs: number;
  /** How much of what could be hit is hit, in (0, 1]. */
  readonly rate: number;
}

const NONE: readonly Fault[] = Object.freeze([]);

/** Windows of faults that are open now, by kind, for the parts that ask at each frame or command. */
export class ActiveFaults {
  #open: readonly Fault[] = [];
  /** By kind, then by target; asked for each frame, so that the faults of others must cost nothing. */
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

  /** The open faults of a kind that aim at `target`, in the order they began. */
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
