/**
 * Operations that a scenario has renamed. Replays saved under an old name still run, and choices
 * keyed by the name of an operation keep their key.
 */
import { type Plan, splitActor } from './plan.ts';
import type { ActorScript, Scripts } from './script.ts';

/** Returns the plan with the current name of each operation. */
export function withCurrentOperationNames(plan: Plan, scripts: Scripts): Plan {
  if (Object.values(scripts).every(({ formerNames }) => formerNames === undefined)) return plan;
  const current = (kind: string, name: string): string => scripts[kind]?.formerNames?.[name] ?? name;
  return {
    ...plan,
    operations: plan.operations.map((operation) => ({
      ...operation,
      name: current(splitActor(operation.actor).kind, operation.name),
    })),
    cohorts: plan.cohorts.map((cohort) => {
      const { actor, skew, bursts } = cohort;
      const shares = Object.entries(skew ?? {}).map(([name, share]) => [current(actor, name), share]);
      const named = bursts?.map((burst) =>
        burst.operation === undefined ? burst : { ...burst, operation: current(actor, burst.operation) },
      );
      return {
        ...cohort,
        ...(skew === undefined ? {} : { skew: Object.fromEntries(shares) as Record<string, number> }),
        ...(named === undefined ? {} : { bursts: named }),
      };
    }),
  };
}

/** The name that keys choices about an operation: the first name that it had. */
export function keyName({ formerNames = {} }: ActorScript, name: string): string {
  return Object.keys(formerNames).find((former) => formerNames[former] === name) ?? name;
}
