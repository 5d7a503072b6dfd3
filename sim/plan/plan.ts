/**
 * A plan: everything that happens in a run, as JSON. Choices that the plan does not contain are
 * drawn from its seed, by key.
 */
import type { Circumstances } from '../kernel/circumstances.ts';
import type { StrategyName } from '../kernel/strategy.ts';
import type { Seed } from '../kernel/seed.ts';
import type { Json } from '../system/types.ts';
import type { Fault } from '../kernel/fault.ts';

export type { Fault } from '../kernel/fault.ts';

/** One operation of one actor. */
export interface Operation {
  /** Permanent: choices made for the operation are keyed by it. */
  readonly id: string;
  /** An actor's kind, a dash and a number: `client-3`. */
  readonly actor: string;
  readonly name: string;
  /**
   * Earliest start in virtual ms. An actor performs its operations one after the other, but for
   * those that are `early`.
   */
  readonly atMs: number;
  readonly arguments: { readonly [name: string]: Json };
  /**
   * Begins although earlier operations of the actor are under way. It begins as long after the
   * beginning of the operation before it as the two times differ. Without it, an operation waits
   * until all before it have ended.
   */
  readonly early?: true | undefined;
}

/** A moment at which several actors of a cohort act. */
export interface Burst {
  /** The operations that take part; all by default. */
  readonly operation?: string | undefined;
  /** Operations planned shortly before it are delayed until then. */
  readonly atMs: number;
}

/**
 * A number of actors of one kind, each with a separate script drawn from the seed. The plan stays
 * small even with thousands of actors.
 */
export interface Cohort {
  /** The kind of the actors, whose names are `kind-1`, `kind-2`, …. */
  readonly actor: string;
  readonly count: number;
  readonly operationsMax: number;
  /** The share of operations to keep, by name; 1 by default. */
  readonly skew?: Readonly<Record<string, number>> | undefined;
  readonly bursts?: readonly Burst[] | undefined;
  /** The share of operations to begin early, of those that the actor declares as `concurrent`. */
  readonly early?: number | undefined;
}

export interface Plan {
  readonly seed: Seed;
  readonly nodes: number;
  /** Virtual time of the heal: all faults begin and end before it. */
  readonly chaosMs: number;
  /** How delays and priorities are chosen; `latency-random` by default. */
  readonly strategy?: StrategyName | undefined;
  /**
   * When a strategy `pct:2` or `pct:3` changes priorities, ascending. Without it, at steps that the
   * seed draws, which may lie behind the end of a short run.
   */
  readonly changesMs?: readonly number[] | undefined;
  /**
   * All choices are minimal (usually the shortest time) except those overridden by key.
   * Without it, the seed decides.
   */
  readonly minimal?: true | undefined;
  /** What is unusual about the environment; nothing by default. */
  readonly circumstances?: Circumstances | undefined;
  readonly cohorts: readonly Cohort[];
  readonly operations: readonly Operation[];
  readonly faults: readonly Fault[];
}

/** `client-12` is of kind `client` and has number 12. */
export function splitActor(name: string): { kind: string; number: number } {
  const dash = name.lastIndexOf('-');
  return { kind: name.slice(0, dash), number: Number(name.slice(dash + 1)) };
}
