/**
 * Bounds for plans: those that a scenario generates, and those that are read from a file.
 */
import type { Scripts } from './script.ts';

/** The send buffers of the operating system that are smaller than usual. */
export interface SmallSendBuffers {
  /** What a node can have under way to a client that does not read; one of them in each seed. */
  readonly bytes: readonly number[];
  /** One seed in this number has a small buffer. */
  readonly oneSeedIn: number;
}

export interface PlanShape {
  readonly scripts: Scripts;
  /** The most actors of each kind in a generated plan. */
  readonly actorsMax: Readonly<Record<string, number>>;
  readonly operationsMax: number;
  readonly nodesMax: number;
  readonly chaosMs: { readonly min: number; readonly max: number };
  readonly faultKinds: readonly string[];
  readonly faultsMax: number;
  /** By kind, instead of the longest duration of the kind, in milliseconds. */
  readonly faultDurationMaxMs: Readonly<Record<string, number | undefined>>;
  readonly smallSendBuffers: SmallSendBuffers;
}

/** The usual send buffer, and what Linux holds of small frames if both ends have their smallest. */
export const SEND_BUFFER_BYTES = { min: 4960, usual: 65_536 } as const;

/** Limits for all plans, generated or read from a file. */
export const PLAN_LIMITS = {
  kinds: 100,
  actors: 100_000,
  operations: 1_000_000,
  operationsPerActor: 10_000,
  nodes: 64,
  faults: 10_000,
  bursts: 1000,
  chaosMs: 86_400_000,
} as const;

/**
 * Returns a description of the limit that cohorts and `operations` more operations exceed, or null.
 */
export function validatePlanSize(
  cohorts: readonly { readonly count: number; readonly operationsMax: number }[],
  operations = 0,
): string | null {
  const actors = cohorts.reduce((sum, { count }) => sum + count, 0);
  if (actors > PLAN_LIMITS.actors) return `more than ${PLAN_LIMITS.actors} actors`;
  const expanded = cohorts.reduce((sum, { count, operationsMax }) => sum + count * operationsMax, operations);
  return expanded > PLAN_LIMITS.operations ? `more than ${PLAN_LIMITS.operations} operations` : null;
}
