/**
 * Small seeds: what a campaign is mostly made of, and what a run costs before anything happens in it.
 */
import type { Loaded } from '../sim/search/perform.ts';
import { bareLoop } from './bare-loop.ts';
import { compare, type Figure } from './figure.ts';
import { empty, timedRun } from './scenario.ts';
import type { Sizes } from './sizes.ts';

const FIRST_SEED = 0x1000;

export async function seedFigures(loaded: Loaded, sizes: Sizes): Promise<Figure[]> {
  const { rounds, seeds, emptyRuns, kernelEvents } = sizes;
  let stepsPerSeed = 0;
  const seedMs = async (): Promise<number> => {
    let tookMs = 0;
    let steps = 0;
    for (let number = 0; number < seeds; number += 1) {
      const run = await timedRun(loaded, FIRST_SEED + number);
      tookMs += run.tookMs;
      steps += run.steps;
    }
    stepsPerSeed = steps / seeds;
    return tookMs / seeds;
  };
  const emptyMs = async (): Promise<number> => {
    let tookMs = 0;
    for (let number = 0; number < emptyRuns; number += 1) tookMs += (await timedRun(loaded, empty(number))).tookMs;
    return tookMs / emptyRuns;
  };
  return [
    await compare(
      { name: 'small seeds', unit: 'seeds/s', referenceName: 'bare loop, 100 actors, as many events' },
      rounds,
      {
        ours: async () => 1000 / (await seedMs()),
        reference: async () => (await bareLoop(100, kernelEvents)) / stepsPerSeed,
      },
    ),
    await compare({ name: 'fixed cost of a run', unit: 'ms/run', referenceName: 'small seed' }, rounds, {
      ours: emptyMs,
      reference: seedMs,
    }),
  ];
}
