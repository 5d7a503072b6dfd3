/**
 * Sizes of plans that callers fix.
 */
import type { PlanSizes } from '../plan/arbitrary.ts';
import { PLAN_LIMITS } from '../plan/shape.ts';
import type { Scenario } from '../run/scenario.ts';
import { UsageError } from './usage-error.ts';

/** Of many options, those that are sizes and are given. */
export function sizesOf({ clients, nodes, strategy, profile }: PlanSizes): PlanSizes {
  const given = Object.entries({ clients, nodes, strategy, profile }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given);
}

/** As flags of the command line. */
export function sizeWords(sizes: PlanSizes): string[] {
  return Object.entries(sizesOf(sizes)).flatMap(([name, value]) => [`--${name}`, String(value)]);
}

/** Throws UsageError when plans of these sizes could not be saved. */
export function checkSizes({ actors, operationsMax }: Scenario, { clients }: PlanSizes): void {
  if (clients === undefined) return;
  const kinds = Object.keys(actors).length;
  const most = Math.floor(Math.min(PLAN_LIMITS.actors, PLAN_LIMITS.operations / operationsMax) / kinds);
  if (clients > most) throw new UsageError(`clients: a plan of this scenario may have ${most} at most, not ${clients}`);
}
