/** The client of core/client: users of it at the main of `npm start`, and bugs of its code. */
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RUNS_LONG_TESTS, runsLong } from '../sim/cli/test/long.ts';
import { formatSeed } from '../sim/kernel/seed.ts';
import { handedOver } from './guarantees/handed-over.ts';
import { clientClauses } from './test/client-clauses.ts';
import { GatewayCopy } from './test/gateway-copy.ts';
import { FirstSeeds } from './test/first-seeds.ts';
import { clientScenario, firstViolation, loadGateway, runPlan, runSeed } from './test/gateway-runs.ts';

const BUG_SEEDS = 60;
/** CI also runs 30 by the command. */
const HELD_SEEDS = RUNS_LONG_TESTS ? 4 : 1;

const unmodified = loadGateway([], null, clientScenario());
let copy: GatewayCopy;
beforeEach(() => {
  copy = new GatewayCopy();
});
afterEach(() => copy.remove());

describe('handed-over', () => {
  const firstSeeds = new FirstSeeds('client');
  afterAll(() => firstSeeds.save());

  it.runIf(runsLong('bugs of the client')).each(clientClauses)(
    'finds that $broken, and nothing in the unmodified client',
    async ({ broken: bug, subject, file, find, put }) => {
      copy.edit(`core/client/${file}`, find, put);
      const broken = await loadGateway([], handedOver.id, clientScenario(`${copy.folder}/properties`));
      const found = await firstViolation(broken, handedOver.id, BUG_SEEDS, firstSeeds.of(bug));
      firstSeeds.found(bug, found);
      expect(found?.failure?.signature).toBe(`${handedOver.id}: ${subject}`);
      if (found?.plan === undefined) throw new Error('a failing run has a plan');
      expect((await runPlan(await unmodified, { plan: found.plan })).failure).toBeNull();
    },
  );
});

it(`every property holds in ${HELD_SEEDS} seeds`, async () => {
  const loaded = await unmodified;
  for (let number = 1; number <= HELD_SEEDS; number += 1) {
    const seed = formatSeed(BigInt(number));
    const { failure } = await runSeed(loaded, seed);
    expect([seed, failure?.signature]).toEqual([seed, undefined]);
  }
});
