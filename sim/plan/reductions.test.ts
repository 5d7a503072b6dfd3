import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PlanArbitrary } from './arbitrary.ts';
import { expand } from './expand.ts';
import type { Plan } from './plan.ts';
import { reductions, sizeOf } from './reduce.ts';
import { noisy, plans, scripts, shape } from './test/generated-plans.ts';

/**
 * The sizes that reductions lower, the most important first. Each step lowers this list, so
 * shrinking always ends.
 */
function measure(plan: Plan): number[] {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return [
    sum(
      plan.cohorts.map(
        ({ count, operationsMax, bursts = [], early }) =>
          count + operationsMax + 1 + bursts.length + (early === undefined ? 0 : 1),
      ),
    ),
    plan.operations.length,
    plan.operations.filter(({ early }) => early === true).length,
    plan.faults.length,
    plan.faults.filter(({ rate }) => rate !== 1).length,
    sum(plan.faults.map(({ durationMs }) => durationMs)),
    plan.strategy === undefined ? 0 : 1,
    Object.keys(plan.circumstances ?? {}).length,
    plan.minimal === true ? 0 : 1,
    plan.nodes,
    sum(plan.operations.map(({ atMs }) => atMs)),
    plan.chaosMs,
  ];
}

function isLess(left: readonly number[], right: readonly number[]): boolean {
  const index = left.findIndex((value, at) => value !== right[at]);
  return index >= 0 && (left[index] ?? 0) < (right[index] ?? 0);
}

describe('reductions', () => {
  it('are smaller at each step, down to the last', () => {
    for (const [index, start] of noisy.entries()) {
      let plan: Plan | undefined = start;
      let turn = index;
      while (plan !== undefined) {
        const here: Plan = plan;
        const candidates = [...reductions(here, scripts)];
        for (const candidate of candidates)
          if (!isLess(measure(candidate), measure(here)))
            throw new Error(`not smaller: ${JSON.stringify(here)} to ${JSON.stringify(candidate)}`);
        // Takes different paths: sometimes the boldest candidate, sometimes the most cautious.
        turn += 7;
        plan = candidates.length === 0 ? undefined : candidates[(turn * turn) % candidates.length];
      }
    }
  });

  it('keep the remaining operations unchanged, ids included, until their times change', () => {
    for (const plan of noisy) {
      const operations = expand(plan, scripts);
      const materialised = [...reductions(plan, scripts)].find(({ cohorts }) => cohorts.length === 0);
      expect(materialised?.operations).toEqual(operations);
      if (materialised === undefined) continue;
      const known = new Set(operations.map((operation) => JSON.stringify(operation)));
      const fewer = [...reductions(materialised, scripts)].filter(
        (smaller) => smaller.operations.length < operations.length,
      );
      expect(fewer.length).toBeGreaterThan(0);
      const untouched = fewer.filter((smaller) =>
        smaller.operations.every((operation) => known.has(JSON.stringify(operation))),
      );
      const singles = untouched.filter((smaller) => smaller.operations.length === operations.length - 1);
      expect(singles.length).toBeGreaterThanOrEqual(operations.length > 1 ? operations.length : 0);
    }
  });

  it('start every operation before the heal', () => {
    const late = (at: number) => ({ id: `talker-1.${at}`, actor: 'talker-1', name: 'shout', atMs: at, arguments: {} });
    const plan: Plan = { ...(noisy[0] as Plan), chaosMs: 2000, cohorts: [], operations: [10, 1990, 1999].map(late) };
    const moved = [...reductions(plan, scripts)].flatMap(({ chaosMs, operations }) =>
      operations.map(({ atMs }) => atMs / chaosMs),
    );
    expect(Math.max(...moved)).toBeLessThan(1);
  });

  it('have the largest possible number of operations as their size when a script throws', () => {
    const throwing = {
      ...scripts,
      talker: {
        script: () => {
          throw new Error('no script');
        },
      },
    };
    const cohorts = [{ actor: 'talker', count: 3, operationsMax: 4 }];
    const plan: Plan = { ...(noisy[0] as Plan), cohorts, operations: [], faults: [] };
    expect(sizeOf(plan, throwing)).toEqual({ operations: 12, faults: 0 });
    expect(sizeOf({ ...plan, cohorts: [] }, throwing)).toEqual({ operations: 0, faults: 0 });
  });

  it('end with an empty plan when every plan fails', () => {
    const [start] = noisy;
    let plan = start as Plan;
    for (let next: Plan | undefined = plan; next !== undefined; [next] = reductions(plan, scripts)) plan = next;
    expect(sizeOf(plan, scripts)).toEqual({ operations: 0, faults: 0 });
    expect(plan).toMatchObject({ nodes: 1, cohorts: [] });
  });
});

describe('shrinking', () => {
  /** Fails if an actor shouts and a crash is planned. */
  const holds = (plan: Plan): boolean =>
    !(
      expand(plan, scripts).some(({ name }) => name === 'shout') &&
      plan.faults.some(({ kind }) => kind === 'node-crash')
    );

  it('fc.assert shrinks a plan from a file to the parts that matter', () => {
    const failing = plans.find(
      (plan) => !holds(plan) && plan.faults.length > 2 && sizeOf(plan, scripts).operations > 20,
    );
    expect(failing).toBeDefined();
    const fromFile = JSON.parse(JSON.stringify(failing)) as Plan;
    const result = fc.check(
      fc.property(new PlanArbitrary(shape), (plan) => holds(plan)),
      { examples: [[fromFile]], numRuns: 1, endOnFailure: false },
    );
    expect(result.failed).toBe(true);
    const [smallest] = result.counterexample ?? [];
    expect(smallest).toMatchObject({ cohorts: [], nodes: 1, faults: [{ kind: 'node-crash' }] });
    expect(smallest?.operations.map(({ name }) => name)).toEqual(['shout']);
    expect(fromFile.seed).toBe(smallest?.seed);
    expect(expand(fromFile, scripts).map(({ id }) => id)).toContain(smallest?.operations[0]?.id);
  });

  it('accepts only plans', () => {
    const arbitrary = new PlanArbitrary(shape);
    for (const value of [null, 1, 'plan', [], {}, { seed: '0x1' }])
      expect(arbitrary.canShrinkWithoutContext(value)).toBe(false);
    expect(arbitrary.canShrinkWithoutContext(plans[0])).toBe(true);
  });
});
