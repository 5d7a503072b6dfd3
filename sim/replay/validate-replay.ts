/**
 * Whether a replay still fits its scenario: everything that it names must exist.
 */
import { expandIfPossible } from '../plan/expand.ts';
import { splitActor } from '../plan/plan.ts';
import { PLAN_LIMITS } from '../plan/shape.ts';
import type { Scenario } from '../run/scenario.ts';
import { FAULT_KINDS } from '../world/faults/catalogue.ts';
import type { Replay } from './replay-document.ts';

/** What a replay names that is not there, in words; null when it fits. */
export function validateReplay(replay: Replay, scenario: Scenario): string | null {
  const { variant, plan } = replay;
  if (variant !== null && !scenario.variants.some(({ id }) => id === variant)) return `there is no variant ${variant}`;
  for (const { actor } of plan.cohorts) {
    if (!Object.hasOwn(scenario.actors, actor)) return `there is no actor ${actor}`;
  }
  for (const { id, actor, name } of plan.operations) {
    const { kind } = splitActor(actor);
    if (!Object.hasOwn(scenario.actors, kind)) return `${id} is for ${actor}, and there is no actor ${kind}`;
    if (!Object.hasOwn(scenario.actors[kind]?.operations ?? {}, name))
      return `there is no operation ${name} of ${kind}`;
  }
  for (const { kind } of plan.faults) {
    const known = FAULT_KINDS.get(kind);
    if (known === undefined) return `there is no fault ${kind}`;
    if (known.needsOtherVersion === true && scenario.system.otherVersion === undefined)
      return `the system has no other version for the fault ${kind}`;
  }
  return idsClash(replay, scenario);
}

/** An operation written out may have the id of one that a cohort gives; both at once can't be told apart. */
function idsClash({ plan }: Replay, { actors }: Scenario): string | null {
  if (plan.cohorts.length === 0) return null;
  const ids = (expandIfPossible(plan, actors) ?? []).map(({ id }) => id);
  if (ids.length > PLAN_LIMITS.operations) return `its cohorts give more than ${PLAN_LIMITS.operations} operations`;
  const seen = new Set<string>();
  const twice = ids.find((id) => seen.size === seen.add(id).size);
  return twice === undefined ? null : `two operations are called ${twice}`;
}
