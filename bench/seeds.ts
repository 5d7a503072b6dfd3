/**
 * The cost of seeds in a campaign, of usual and of small size, and the fixed cost of a run.
 */
import { planOf } from '../sim/plan/arbitrary.ts';
import type { Plan } from '../sim/plan/plan.ts';
import type { Scenario } from '../sim/run/scenario.ts';
import { formatSeed } from '../sim/kernel/seed.ts';
import { type LoadedScenario, shapeOf } from '../sim/search/run-job.ts';
import { bareLoop } from './bare-loop.ts';
import { compare, type Figure } from './figure.ts';
import { empty, timedRun } from './scenario.ts';
import type { Sizes } from './sizes.ts';

const FIRST_SEED = 0x1000;

/**
 * At most 5 clients and 3 to 5 s of chaos: 500 to 600 events on average. Everything else is drawn
 * as in a campaign.
 */
const SMALL = { clients: 5, chaosMs: { min: 3000, max: 5000 } };

export async function seedFigures(loaded: LoadedScenario, sizes: Sizes): Promise<Figure[]> {
  const { rounds, seeds, emptyRuns } = sizes;
  const small = Array.from({ length: seeds }, (_, number) => smallPlan(loaded.scenario, FIRST_SEED + number));
  const emptyMs = async (): Promise<number> => {
    let tookMs = 0;
    for (let number = 0; number < emptyRuns; number += 1) tookMs += (await timedRun(loaded, empty(number))).tookMs;
    return tookMs / emptyRuns;
  };
  const usual = Array.from({ length: seeds }, (_, number) => FIRST_SEED + number);
  return [
    await perSecond('small seeds', loaded, small, sizes),
    await perSecond('default seeds', loaded, usual, sizes),
    await compare({ name: 'fixed cost of a run', unit: 'ms/run', referenceName: 'small seed' }, rounds, {
      ours: emptyMs,
      reference: async () => (await together(loaded, small)).tookMs / seeds,
    }),
  ];
}

async function perSecond(
  kind: string,
  loaded: LoadedScenario,
  runs: readonly (Plan | number)[],
  { rounds, kernelEvents }: Sizes,
): Promise<Figure> {
  const events = (await together(loaded, runs)).steps / runs.length;
  return compare(
    {
      name: `${kind}, ${Math.round(events)} events on average`,
      unit: 'seeds/s',
      referenceName: 'bare loop, 100 actors, as many events',
    },
    rounds,
    {
      ours: async () => (runs.length * 1000) / (await together(loaded, runs)).tookMs,
      reference: async () => (await bareLoop(100, kernelEvents)) / events,
    },
  );
}

async function together(
  loaded: LoadedScenario,
  runs: readonly (Plan | number)[],
): Promise<{ steps: number; tookMs: number }> {
  let steps = 0;
  let tookMs = 0;
  for (const what of runs) {
    const run = await timedRun(loaded, what);
    steps += run.steps;
    tookMs += run.tookMs;
  }
  return { steps, tookMs };
}

function smallPlan(scenario: Scenario, number: number): Plan {
  const { clients, chaosMs } = SMALL;
  return planOf(formatSeed(BigInt(number)), { ...shapeOf(scenario), chaosMs }, { clients });
}
