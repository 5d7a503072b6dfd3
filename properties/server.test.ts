/** The main of `npm start`, judged by the properties that judge its parts on simulated nodes. */
import { afterAll, describe, expect, it } from 'vitest';
import { RUNS_LONG_TESTS, runsLong } from '../sim/cli/test/long.ts';
import type { RunRecord } from '../sim/index.ts';
import { formatSeed } from '../sim/kernel/seed.ts';
import type { Plan } from '../sim/plan/plan.ts';
import { mutants } from './mutants.ts';
import { reportOf } from './support/testimony.ts';
import { clauses } from './test/clauses.ts';
import { FirstSeeds } from './test/first-seeds.ts';
import { sharedPriceClauses } from './test/shared-price-clauses.ts';
import { firstViolation, gatewayScenario, loadGateway, runPlan, runSeed, serverScenario } from './test/gateway-runs.ts';

const MUTANT_SEEDS = 100;
/** CI also runs 30 by the command. The first one has a crowd, and takes three times as long. */
const HELD_SEEDS = RUNS_LONG_TESTS ? [1, 2, 3, 4, 5, 6] : [2, 3];

const unmodified = loadGateway([], null, serverScenario);

const firstSeeds = new FirstSeeds('server');
afterAll(() => firstSeeds.save());

describe('the five known risks', () => {
  it.runIf(runsLong('mutants of properties/server.ts')).each(mutants)(
    '$id is found by $expected, and fixed on the unmodified server',
    async ({ id, edits, expected }) => {
      const planted = await loadGateway(edits, null, serverScenario);
      const found = await firstViolation(planted, expected ?? '', MUTANT_SEEDS, firstSeeds.of(id));
      firstSeeds.found(id, found);
      expect(found?.failure?.signature).toMatch(`${expected ?? ''}: `);
      if (found?.plan === undefined) throw new Error('a failing run has a plan');
      expect((await runPlan(await unmodified, { plan: found.plan })).failure).toBeNull();
    },
  );
});

/** What this level judges in another way than gateway.ts, or alone. */
const ownClauses = [...sharedPriceClauses, ...clauses.filter(({ property }) => property === 'frame-rates')];

describe('each clause of this level', () => {
  it.runIf(runsLong('clauses of properties/server.ts')).each(ownClauses)(
    '$property: $broken',
    async ({ property, broken, subject, edits, plan }) => {
      const planted = await loadGateway(edits, property, serverScenario);
      const name = `${property}: ${broken}`;
      const found = await (plan === undefined
        ? firstViolation(planted, property, MUTANT_SEEDS, firstSeeds.of(name))
        : runPlan(planted, { plan }));
      if (plan === undefined) firstSeeds.found(name, found);
      expect([subject].flat().map((one) => `${property}: ${one}`)).toContain(found?.failure?.signature);
    },
  );
});

it(`every property holds in ${HELD_SEEDS.length} seeds`, async () => {
  const loaded = await unmodified;
  for (const number of HELD_SEEDS) {
    const seed = formatSeed(BigInt(number));
    const { failure } = await runSeed(loaded, seed);
    expect([seed, failure?.signature]).toEqual([seed, undefined]);
  }
});

/** One node, on which everything happens that is reported without a fault, and Redis fails. */
const eventful: Plan = {
  seed: '0x1',
  nodes: 1,
  chaosMs: 12_000,
  cohorts: [{ actor: 'client', count: 4, operationsMax: 16 }],
  operations: [],
  faults: [{ id: 'fault-1', kind: 'redis-error', target: '*', atMs: 2000, durationMs: 8000, rate: 1 }],
};

/** The names and fields of all reports, without those of the simulator. */
function reports(records: readonly RunRecord[]): string[] {
  const found = records.flatMap((record) => {
    if (record.type !== 'probe') return [];
    const { name, fields } = reportOf(record);
    return name.startsWith('sim.') ? [] : [`${name}: ${Object.keys(fields).sort().join(' ')}`];
  });
  return [...new Set(found)].sort();
}

it('the log reports what the probe reports', async () => {
  const [probe, log] = await Promise.all(
    [gatewayScenario, serverScenario].map(async (scenario) => {
      const loaded = await loadGateway([], null, scenario);
      const job = await runPlan(loaded, { plan: eventful, detailed: true });
      return reports(job.records ?? []);
    }),
  );
  expect(probe).toContain('alert.raised: about name');
  expect(log).toEqual(probe);
});
