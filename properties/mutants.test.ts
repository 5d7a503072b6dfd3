import { describe, expect, it } from 'vitest';
import { mutants } from './mutants.ts';
import { clauses } from './test/clauses.ts';
import { firstViolation, loadGateway, runPlan, shrink } from './test/gateway-runs.ts';
import { besideTheReleaseBefore } from './test/written-plans.ts';

const SEEDS = 50;

describe('the five known risks', () => {
  it.each(mutants)('$id is found by $expected, shrunk, and fixed on the unmodified gateway', async (mutant) => {
    const planted = await loadGateway(mutant.edits);
    const found = await firstViolation(planted, mutant.expected ?? '', SEEDS);
    if (found?.plan === undefined || found.failure === null) throw new Error(`not found within ${SEEDS} seeds`);
    const small = await shrink(planted, found.plan, found.failure);
    expect(small.after.operations).toBeLessThanOrEqual(6);
    expect(small.after.faults).toBeLessThanOrEqual(1);
    const again = await runPlan(planted, small);
    expect(again.failure?.signature).toBe(found.failure.signature);
    expect((await runPlan(planted, small)).digest).toBe(again.digest);
    expect((await runPlan(await loadGateway(), small)).failure).toBeNull();
  });

  it('covers every risk', () => {
    expect(mutants.map((mutant) => mutant.risk)).toEqual(['WS-001', 'WS-002', 'WS-003', 'WS-004', 'WS-005']);
  });
});

describe('each clause of each property', () => {
  it.each(clauses)('$property: $broken', async ({ property, subject, edits, plan, alone }) => {
    const broken = await loadGateway(edits, alone === true ? property : null);
    const found = await (plan === undefined ? firstViolation(broken, property, SEEDS) : runPlan(broken, { plan }));
    expect(found?.failure?.signature).toBe(`${property}: ${subject}`);
    if (plan !== undefined) expect((await runPlan(await loadGateway(), { plan })).failure).toBeNull();
  });
});

describe('two releases side by side', () => {
  it('an incompatible row is found only when both run', async () => {
    const [clause] = clauses.filter(({ plan }) => plan === besideTheReleaseBefore);
    const broken = await loadGateway(clause?.edits);
    const { faults, ...rest } = besideTheReleaseBefore;
    const alone = { ...rest, faults: faults.filter(({ kind }) => kind !== 'mixed-versions') };
    expect((await runPlan(broken, { plan: alone })).failure).toBeNull();
    expect((await runPlan(broken, { plan: besideTheReleaseBefore })).failure).toMatchObject({
      subject: 'row of another node',
    });
  });

  it('both have clients at the same time', async () => {
    const { failure, marks } = await runPlan(await loadGateway(), { plan: besideTheReleaseBefore });
    expect(failure).toBeNull();
    expect(marks['a release began beside another that had clients']).toBeGreaterThan(0);
  });
});
