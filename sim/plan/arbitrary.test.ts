import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatSeed, parseSeed } from '../kernel/seed.ts';
import { FAULT_KINDS } from '../world/faults/catalogue.ts';
import { PlanArbitrary, planOf } from './arbitrary.ts';
import { expand } from './expand.ts';
import type { Scripts } from './script.ts';
import type { Plan } from './plan.ts';
import { reductions, sizeOf } from './reduce.ts';
import type { PlanShape } from './shape.ts';

const scripts: Scripts = {
  talker: {
    script: (draw, operationsMax) =>
      Array.from({ length: draw.integer('words', 1, operationsMax) }, () => ({
        name: draw.pick('what', ['say', 'shout']),
        pauseMs: draw.integer('pause', 1, 400),
      })),
  },
  listener: { script: () => [{ name: 'listen', pauseMs: 5 }] },
};

const shape: PlanShape = {
  scripts,
  actorsMax: { talker: 60, listener: 1 },
  operationsMax: 10,
  nodesMax: 3,
  chaosMs: { min: 1000, max: 8000 },
  faultKinds: [...FAULT_KINDS.keys()],
  faultsMax: 6,
  faultDurationMaxMs: { latency: 500, 'redis-down': 30_000 },
};

const plans = Array.from({ length: 400 }, (_, index) => planOf(formatSeed(BigInt(index + 1)), shape));
const noisy = plans.filter(({ faults }) => faults.length > 3).slice(0, 12);

it('a scenario may give a kind of fault another longest duration', () => {
  const longest = (wanted: string): number =>
    Math.max(
      ...plans.flatMap(({ faults }) => faults.filter(({ kind }) => kind === wanted).map((one) => one.durationMs)),
    );
  expect(longest('latency')).toBeGreaterThan(400);
  expect(longest('latency')).toBeLessThanOrEqual(500);
  expect(longest('redis-down')).toBeGreaterThan(20_000);
  expect(longest('redis-down')).toBeLessThanOrEqual(30_000);
});

describe('crowds', () => {
  const vast: PlanShape = { ...shape, actorsMax: { talker: 3000, listener: 1 } };
  const counts = Array.from({ length: 20_000 }, (_, index) => {
    const seed = formatSeed(BigInt(index + 1));
    return planOf(seed, vast).cohorts[0]?.count ?? 0;
  });

  it('are rare and have hundreds to thousands of actors', () => {
    const crowds = counts.filter((count) => count > 150);
    expect(crowds.length).toBeGreaterThan(8);
    expect(crowds.length).toBeLessThan(40);
    expect(Math.min(...crowds)).toBeLessThan(1000);
    expect(Math.max(...crowds)).toBeGreaterThan(1000);
    expect(Math.max(...crowds)).toBeLessThanOrEqual(3000);
  });

  it('leave other seeds and plans of a fixed size unchanged', () => {
    const number = counts.findIndex((count) => count > 150) + 1;
    const few: PlanShape = { ...shape, actorsMax: { talker: 150, listener: 1 } };
    for (let seed = 1; seed <= 100; seed += 1)
      if ((counts[seed - 1] ?? 0) <= 150)
        expect(planOf(formatSeed(BigInt(seed)), vast)).toEqual(planOf(formatSeed(BigInt(seed)), few));
    const given = planOf(formatSeed(BigInt(number)), vast, { clients: 7 });
    expect(given.cohorts.map(({ count }) => count)).toEqual([7, 7]);
    const { cohorts, faults } = planOf(formatSeed(BigInt(number)), vast);
    expect(cohorts[0]?.operationsMax).toBeLessThanOrEqual(4);
    expect(faults).toEqual(planOf(formatSeed(BigInt(number)), few).faults);
  });
});

describe('generated plans', () => {
  it('stay within the bounds', () => {
    for (const { seed, nodes, chaosMs, cohorts, operations, faults } of plans) {
      expect(parseSeed(seed)).toBe(seed);
      expect(nodes).toBeGreaterThanOrEqual(1);
      expect(nodes).toBeLessThanOrEqual(3);
      expect(chaosMs).toBeGreaterThanOrEqual(1000);
      expect(chaosMs).toBeLessThanOrEqual(8000);
      expect(operations).toEqual([]);
      expect(faults.length).toBeLessThanOrEqual(6);
      for (const { actor, count, operationsMax } of cohorts) {
        expect(count).toBeLessThanOrEqual(shape.actorsMax[actor] ?? 0);
        expect(count).toBeGreaterThanOrEqual(1);
        expect(operationsMax).toBeGreaterThanOrEqual(1);
        expect(operationsMax).toBeLessThanOrEqual(10);
      }
      const actors = new Set(
        cohorts.flatMap(({ actor, count }) => Array.from({ length: count }, (_, index) => `${actor}-${index + 1}`)),
      );
      const nodeNames = Array.from({ length: nodes }, (_, index) => `node-${index + 1}`);
      for (const fault of faults) {
        const kind = FAULT_KINDS.get(fault.kind);
        expect(fault.atMs).toBeLessThan(chaosMs);
        expect(fault.durationMs).toBeLessThanOrEqual(shape.faultDurationMaxMs[fault.kind] ?? kind?.durationMsMax ?? -1);
        expect(fault.rate).toBeGreaterThan(0);
        expect(kind?.aims === 'client' ? [...actors] : [...nodeNames, '*']).toContain(fault.target);
      }
      expect(new Set(faults.map(({ id }) => id)).size).toBe(faults.length);
    }
  });

  it('are plain JSON', () => {
    for (const plan of plans) expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });

  it('are the same for the same seed, and nearly always differ for different seeds', () => {
    for (const plan of plans.slice(0, 20)) expect(planOf(plan.seed, shape)).toEqual(plan);
    const different = new Set(plans.map((plan) => JSON.stringify({ ...plan, seed: null })));
    expect(different.size).toBeGreaterThan(plans.length * 0.95);
  });

  it('are sometimes quiet, sometimes crowded, and cover every kind of fault', () => {
    const quiet = plans.filter(({ faults }) => faults.length === 0).length / plans.length;
    expect(quiet).toBeGreaterThan(0.05);
    expect(quiet).toBeLessThan(0.4);
    const counts = plans.map(({ cohorts }) => cohorts[0]?.count ?? 0);
    expect(counts.filter((count) => count <= 6).length).toBeGreaterThan(plans.length * 0.3);
    expect(counts.some((count) => count > 24)).toBe(true);
    expect(new Set(plans.flatMap(({ faults }) => faults.map(({ kind }) => kind)))).toEqual(new Set(FAULT_KINDS.keys()));
    expect(new Set(plans.map(({ nodes }) => nodes))).toEqual(new Set([1, 2, 3]));
  });

  it('have the fixed sizes, and their faults aim at existing nodes and actors', () => {
    for (let number = 1; number <= 60; number += 1) {
      const { cohorts, nodes, faults } = planOf(formatSeed(BigInt(number)), shape, { clients: 2, nodes: 5 });
      expect([cohorts.map(({ count }) => count), nodes]).toEqual([[2, 2], 5]);
      for (const { target } of faults) expect(target).toMatch(/^(\*|node-[1-5]|(talker|listener)-[12])$/);
    }
    expect(planOf('0x1', shape, { clients: 0 }).cohorts.every(({ count }) => count === 0)).toBe(true);
  });

  it('change priorities while operations run, for pct:2 and pct:3', () => {
    const changing = plans.filter(({ changesMs }) => changesMs !== undefined);
    const counts = changing.map(({ strategy, changesMs }) => `${strategy} ${changesMs?.length}`);
    expect(new Set(counts)).toEqual(new Set(['pct:2 1', 'pct:3 2']));
    for (const plan of changing) {
      const { changesMs = [], chaosMs } = plan;
      const starts = expand(plan, scripts).map(({ atMs }) => atMs);
      for (const changeMs of changesMs)
        expect(starts.some((startMs) => changeMs - startMs >= -1 && changeMs - startMs <= 151)).toBe(true);
      expect(Math.max(...changesMs)).toBeLessThanOrEqual(chaosMs);
    }
  });

  it('have faults of at most three kinds in half of the seeds', () => {
    const many = plans.filter(({ faults }) => faults.length >= 5);
    const few = many.filter(({ faults }) => new Set(faults.map(({ kind }) => kind)).size <= 3);
    expect(few.length / many.length).toBeGreaterThan(0.4);
  });

  it('have an unusual environment in a third of the seeds', () => {
    const late = plans.filter(({ circumstances }) => circumstances?.lateCompletions === true);
    expect(late.length / plans.length).toBeCloseTo(1 / 3, 1);
    expect(plans.some(({ circumstances }) => circumstances === undefined)).toBe(true);
    const small = plans.filter(({ circumstances }) => circumstances?.sendBufferBytes !== undefined);
    expect(small.length / plans.length).toBeCloseTo(1 / 4, 1);
  });

  it('have no faults if the scenario has none', () => {
    for (let number = 1; number <= 20; number += 1)
      expect(planOf(formatSeed(BigInt(number)), { ...shape, faultKinds: [] }).faults).toEqual([]);
  });
});

/**
 * The sizes that reductions lower, the most important first. Each step lowers this list, so
 * shrinking always ends.
 */
function measure(plan: Plan): number[] {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return [
    sum(plan.cohorts.map(({ count, operationsMax }) => count + operationsMax + 1)),
    plan.operations.length,
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
