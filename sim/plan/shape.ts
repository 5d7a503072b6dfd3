/**
 * The bounds within which plans of a scenario are generated and to which a plan from a file is held.
 */
import type { Scripts } from './expand.ts';

export interface PlanShape {
  readonly scripts: Scripts;
  /** The most actors of each kind in a generated plan. */
  readonly actorsMax: Readonly<Record<string, number>>;
  readonly operationsMax: number;
  readonly nodesMax: number;
  readonly chaosMs: { readonly min: number; readonly max: number };
  readonly faultKinds: readonly string[];
  readonly faultsMax: number;
}

/** No plan, generated or read, goes beyond these. */
export const PLAN_LIMITS = {
  actors: 100_000,
  operations: 1_000_000,
  operationsPerActor: 10_000,
  nodes: 64,
  faults: 10_000,
  chaosMs: 86_400_000,
} as const;
