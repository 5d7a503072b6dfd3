/**
 * What a fault is: data in a plan, and a kind that knows how to bring it about.
 *
 * Each kind stands beside the part that it breaks and says in prose what it does and what it never does. Only what the real thing can do is
 * injected.
 */
import type { World } from './world.ts';

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

export interface FaultKind {
  readonly kind: string;
  /** What its target names. */
  readonly aims: 'client' | 'node' | 'redis';
  /** The longest it lasts; 0 for what happens in a moment. */
  readonly durationMsMax: number;
  /** The model in one sentence: what happens, and what never does. */
  readonly model: string;
  begin(world: World, fault: Fault): void;
  /** Called at the fault's end, or at the heal. Absent for what happens in a moment. */
  end?(world: World, fault: Fault): void;
}

/** Windows of faults that are open now, by kind, for the parts that ask at each frame or command. */
export class OpenFaults {
  readonly #open: Fault[] = [];

  get none(): boolean {
    return this.#open.length === 0;
  }

  open(fault: Fault): void {
    this.#open.push(fault);
  }

  close(fault: Fault): void {
    const index = this.#open.indexOf(fault);
    if (index >= 0) this.#open.splice(index, 1);
  }

  /** The open faults of a kind that aim at `target`, in the order they began. */
  of(kind: string, target: string): readonly Fault[] {
    return this.#open.filter((fault) => fault.kind === kind && (fault.target === '*' || fault.target === target));
  }
}
