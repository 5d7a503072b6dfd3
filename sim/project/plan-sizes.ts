/**
 * Sizes of plans that the caller fixes, such as `--clients 4`.
 */
import type { PlanSizes } from '../plan/arbitrary.ts';
import { FAULT_KINDS } from '../world/faults/catalogue.ts';
import { PLAN_LIMITS } from '../plan/shape.ts';
import type { Scenario } from '../run/scenario.ts';
import { sizesOf } from '../search/campaign-options.ts';
import { UsageError } from './usage-error.ts';

/** The sizes as flags of the command line. */
export function sizeFlags(sizes: PlanSizes): string[] {
  const values = Object.entries(sizesOf(sizes));
  return values.flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, String(value)]));
}

/** Throws UsageError for sizes of plans that can't be saved, and for faults that can't happen. */
export function checkSizes({ actors, operationsMax, system }: Scenario, { clients, faults = [] }: PlanSizes): void {
  const needing = faults.find((name) => FAULT_KINDS.get(name)?.needsOtherVersion === true);
  if (needing !== undefined && system.otherVersion === undefined)
    throw new UsageError(`faults: ${needing} needs system.otherVersion in the scenario`);
  if (clients === undefined) return;
  const kinds = Object.keys(actors).length;
  const most = Math.floor(Math.min(PLAN_LIMITS.actors, PLAN_LIMITS.operations / operationsMax) / kinds);
  if (clients > most) throw new UsageError(`clients: expected at most ${most} for this scenario, not ${clients}`);
}
