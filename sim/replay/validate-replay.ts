/**
 * Checks that a replay fits its scenario: every name in it must exist.
 */
import { expandIfPossible } from '../plan/expand.ts';
import { splitActor } from '../plan/plan.ts';
import { PLAN_LIMITS } from '../plan/shape.ts';
import type { Scenario } from '../run/scenario.ts';
import { FAULT_KINDS } from '../world/faults/catalogue.ts';
import type { Replay } from './replay-document.ts';

/** The first error, in one line; null when the replay fits. */
export function validateReplay(replay: Replay, scenario: Scenario): string | null {
  const { variant, plan } = replay;
  const { actors, variants, system } = scenario;
  const variantIds = variants.map(({ id }) => id);
  if (variant !== null && !variantIds.includes(variant)) return unknown('variant', variant, variantIds);
  for (const { actor } of plan.cohorts) {
    if (!Object.hasOwn(actors, actor)) return unknown('actor', actor, Object.keys(actors));
  }
  for (const { id, actor, name } of plan.operations) {
    const { kind } = splitActor(actor);
    if (!Object.hasOwn(actors, kind)) return `operation ${id}: ${unknown('actor', kind, Object.keys(actors))}`;
    const operations = actors[kind]?.operations ?? {};
    if (!Object.hasOwn(operations, name)) return `${kind}: ${unknown('operation', name, Object.keys(operations))}`;
  }
  for (const { id, kind, connection } of plan.faults) {
    const fault = FAULT_KINDS.get(kind);
    if (fault === undefined) return `unknown fault ${kind}`;
    if (fault.needsOtherVersion === true && system.otherVersion === undefined)
      return `the fault ${kind} needs system.otherVersion, which the scenario does not define`;
    if (connection !== undefined && fault.hitsConnections !== true)
      return `${id}: the fault ${kind} cannot be limited to a connection; remove its connection`;
  }
  return validateOperationIds(replay, scenario);
}

function unknown(what: string, name: string, expected: readonly string[]): string {
  const choices = expected.length === 0 ? 'the scenario has none' : `expected one of: ${expected.join(', ')}`;
  return `unknown ${what} ${name} (${choices})`;
}

/** An operation of the plan must not have the id of one that a cohort's script makes. */
function validateOperationIds({ plan }: Replay, { actors }: Scenario): string | null {
  if (plan.cohorts.length === 0) return null;
  const ids = (expandIfPossible(plan, actors) ?? []).map(({ id }) => id);
  if (ids.length > PLAN_LIMITS.operations) return `its cohorts make more than ${PLAN_LIMITS.operations} operations`;
  const seen = new Set<string>();
  const duplicate = ids.find((id) => seen.size === seen.add(id).size);
  return duplicate === undefined ? null : `two operations have the id ${duplicate}`;
}
