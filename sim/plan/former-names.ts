/**
 * Operations that a scenario has renamed. Replays saved under an old name still run, and choices keyed
 * by an operation's name keep their key.
 */
import { type Plan, splitActor } from './plan.ts';
import type { ActorScript, Scripts } from './script.ts';

/** The plan with every operation under its name of today. */
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
      if (cohort.skew === undefined) return cohort;
      const skew = Object.entries(cohort.skew).map(([name, share]) => [current(cohort.actor, name), share]);
      return { ...cohort, skew: Object.fromEntries(skew) as Record<string, number> };
    }),
  };
}

/** The name by which choices about an operation are keyed: the first that it ever had. */
export function keyName({ formerNames = {} }: ActorScript, name: string): string {
  return Object.keys(formerNames).find((former) => formerNames[former] === name) ?? name;
}
