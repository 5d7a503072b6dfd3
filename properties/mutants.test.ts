import { afterAll, describe, expect, it } from 'vitest';
import { runsLong } from '../sim/cli/test/long.ts';
import type { Variant } from '../sim/index.ts';
import type { Plan } from '../sim/plan/plan.ts';
import type { Failure } from '../sim/run/run-verdict.ts';
import { mutants } from './mutants.ts';
import { clauses } from './test/clauses.ts';
import { FirstSeeds } from './test/first-seeds.ts';
import { firstViolation, loadGateway, runPlan, shrink } from './test/gateway-runs.ts';
import { besideTheReleaseBefore } from './test/written-plans.ts';

const SEEDS = 100;

const firstSeeds = new FirstSeeds('gateway');
afterAll(() => firstSeeds.save());

/** A run in which the mutant violates the property that it is expected to. */
async function find({ id, edits, expected }: Variant): Promise<{ plan: Plan; failure: Failure }> {
  const found = await firstViolation(await loadGateway(edits), expected ?? '', SEEDS, firstSeeds.of(id));
  firstSeeds.found(id, found);
  if (found?.plan === undefined || found.failure === null) throw new Error(`not found within ${SEEDS} seeds`);
  return { plan: found.plan, failure: found.failure };
}

const unmodified = loadGateway();

describe('the five known risks', () => {
  it.each(mutants)('$id is found by $expected, and fixed on the unmodified gateway', async (mutant) => {
    const { plan, failure } = await find(mutant);
    expect(failure.signature).toMatch(`${mutant.expected ?? ''}: `);
    expect((await runPlan(await unmodified, { plan })).failure).toBeNull();
  });

  it.runIf(runsLong('shrinking the five mutants')).each(mutants)('$id is shrunk', async (mutant) => {
    const planted = await loadGateway(mutant.edits);
    const found = await find(mutant);
    const small = await shrink(planted, found.plan, found.failure);
    // Two clients connect, authenticate, and do three things.
    expect(small.after.operations).toBeLessThanOrEqual(7);
    expect(small.after.faults).toBeLessThanOrEqual(2);
    const again = await runPlan(planted, small);
    expect(again.failure?.signature).toBe(found.failure.signature);
    expect((await runPlan(planted, small)).digest).toBe(again.digest);
    expect((await runPlan(await unmodified, small)).failure).toBeNull();
  });

  it('covers every risk', () => {
    expect(mutants.map((mutant) => mutant.risk)).toEqual(['WS-001', 'WS-002', 'WS-003', 'WS-004', 'WS-005']);
  });
});

describe('each clause of each property', () => {
  const first = clauses.filter(
    ({ property }, index) => clauses.findIndex((one) => one.property === property) === index,
  );
  // CI plants all of them. These, and the five risks above, show that properties are judged at all.
  const few = first.filter((_, index) => index % 6 === 0);
  it.each(runsLong('all clauses but the first of every sixth property') ? clauses : few)(
    '$property: $broken',
    async (clause) => {
      const { property, subject, edits, plan, alone } = clause;
      const broken = await loadGateway(edits, alone === true ? property : null);
      const name = `${property}: ${clause.broken}`;
      const found = await (plan === undefined
        ? firstViolation(broken, property, SEEDS, firstSeeds.of(name))
        : runPlan(broken, { plan }));
      if (plan === undefined) firstSeeds.found(name, found);
      expect([subject].flat().map((name) => `${property}: ${name}`)).toContain(found?.failure?.signature);
      if (plan !== undefined) expect((await runPlan(await unmodified, { plan })).failure).toBeNull();
    },
  );
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
    const { failure, marks } = await runPlan(await unmodified, { plan: besideTheReleaseBefore });
    expect(failure).toBeNull();
    expect(marks['a release began beside another that had clients']).toBeGreaterThan(0);
  });
});
