/**
 * A plan: everything that happens in a run, as plain data. What a plan leaves open is drawn from its seed, by key.
 */
import type { StrategyName } from '../kernel/strategy.ts';
import type { Seed } from '../kernel/seed.ts';
import type { Json } from '../system/types.ts';
import type { Fault } from '../kernel/fault.ts';

export type { Fault } from '../kernel/fault.ts';

/** One thing that one actor does. */
export interface Operation {
  /** Permanent: choices made for the operation are keyed by it. */
  readonly id: string;
  /** An actor's kind, a dash and a number: `client-3`. */
  readonly actor: string;
  readonly name: string;
  /** Not before this; an actor does one thing after the other. */
  readonly atMs: number;
  readonly arguments: { readonly [name: string]: Json };
}

/** So many actors of a kind, each with a script of its own drawn from the seed. Small, also for thousands. */
export interface Cohort {
  /** The kind of its actors; they are called `kind-1`, `kind-2`, …. */
  readonly actor: string;
  readonly count: number;
  readonly operationsMax: number;
  /** Of operations by name, the share that is done; all where nothing is said. */
  readonly skew?: Readonly<Record<string, number>> | undefined;
}

export interface Plan {
  readonly seed: Seed;
  readonly nodes: number;
  /** Virtual time until the heal: no fault begins or lasts longer. */
  readonly chaosMs: number;
  /** How delays and priorities are given; `latency-random` when absent. */
  readonly strategy?: StrategyName | undefined;
  /** Everything takes its shortest time and comes by itself, but for the choices that are given by key. Otherwise the seed decides. */
  readonly minimal?: true | undefined;
  readonly cohorts: readonly Cohort[];
  readonly operations: readonly Operation[];
  readonly faults: readonly Fault[];
}

/** `client-12` is of kind `client` and has number 12. */
export function splitActor(name: string): { kind: string; number: number } {
  const dash = name.lastIndexOf('-');
  return { kind: name.slice(0, dash), number: Number(name.slice(dash + 1)) };
}
