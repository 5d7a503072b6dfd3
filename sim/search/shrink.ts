/**
 * Shrinking: takes the first smaller plan that still fails in the same way, and starts again from it, until none does or the
 * budget is used up. Never larger than before.
 */
import { PlanArbitrary } from '../plan/arbitrary.ts';
import type { Plan } from '../plan/plan.ts';
import { sizeOf } from '../plan/reduce.ts';
import type { PlanShape } from '../plan/shape.ts';

export interface Shrunk {
  readonly plan: Plan;
  readonly before: { readonly operations: number; readonly faults: number };
  readonly after: { readonly operations: number; readonly faults: number };
  readonly runs: number;
  readonly wallMs: number;
}

/** `fails` tells whether a candidate fails with the signature that is to be kept. */
export async function shrinkPlan(
  plan: Plan,
  shape: PlanShape,
  fails: (candidate: Plan) => Promise<boolean>,
  budget: { readonly budgetMs: number; readonly nowMs: () => number },
): Promise<Shrunk> {
  const arbitrary = new PlanArbitrary(shape);
  const startedAtMs = budget.nowMs();
  const spentMs = () => budget.nowMs() - startedAtMs;
  let smallest = plan;
  let runs = 0;
  const tried = new Set<string>();
  for (let found = true; found && spentMs() < budget.budgetMs;) {
    found = false;
    for (const { value: candidate } of arbitrary.shrink(smallest)) {
      const text = JSON.stringify(candidate);
      if (tried.has(text)) continue;
      tried.add(text);
      runs += 1;
      if (await fails(candidate)) {
        smallest = candidate;
        found = true;
        break;
      }
      if (spentMs() >= budget.budgetMs) break;
    }
  }
  return {
    plan: smallest,
    before: sizeOf(plan, shape.scripts),
    after: sizeOf(smallest, shape.scripts),
    runs,
    wallMs: spentMs(),
  };
}
