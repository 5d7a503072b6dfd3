/**
 * The same scenario here and on the scheduler of fast-check, `fc.scheduler()`: actors that take one
 * awaited step after another, in an order that the seed decides. There: one `fc.assert` with the
 * number of runs of a measurement, labelled tasks, and three ways to wait: `waitFor` and
 * `waitIdle`, which the documentation recommends, and `waitAll`, which is several times faster and
 * deprecated, because it stops when nothing is scheduled for a moment. Here: what every run costs,
 * namely choices by key, a record of each step, the digest, and a new kernel for each run.
 */
import fc from 'fast-check';
import { Draws, scopeOf } from '../sim/kernel/draws.ts';
import { Kernel } from '../sim/kernel/kernel.ts';
import { formatSeed } from '../sim/kernel/seed.ts';
import { RunResources } from '../sim/run/execute-run.ts';
import { Recorder } from '../sim/kernel/recorder.ts';
import { compare, type Figure } from './figure.ts';
import { roomHere, roomThere } from './room-runs.ts';
import type { Sizes } from './sizes.ts';

const ACTORS = 20;
const LONGEST_US = 2 ** 20;
const WAYS = ['waitFor', 'waitIdle', 'waitAll'] as const;

type Way = (typeof WAYS)[number];

export async function schedulerFigures(sizes: Sizes): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const events of sizes.schedulerEvents) {
    const runs = Math.ceil(sizes.schedulerEventsTogether / events);
    for (const way of WAYS) {
      figures.push(
        await compare(
          {
            name: `scheduler, ${events} events a run, ${way}`,
            unit: 'events/s',
            referenceName: `fc.scheduler() with ${way}, the same ${ACTORS} actors`,
          },
          sizes.rounds,
          { ours: () => stepsHere(events, runs), reference: () => stepsThere(events, runs, way) },
        ),
      );
    }
  }
  const resources = new RunResources();
  for (const posts of sizes.schedulerPosts) {
    const runs = Math.ceil(sizes.schedulerEventsTogether / (posts * 100));
    figures.push(
      await compare(
        {
          name: `scheduler, a whole room, ${posts} posts each`,
          unit: 'deliveries/s',
          referenceName: 'fc.scheduler(), the same room on fakes',
        },
        sizes.rounds,
        { ours: () => roomHere(posts, runs, resources), reference: () => roomThere(posts, runs) },
      ),
    );
  }
  return figures;
}

/** Returns events per second. */
async function stepsHere(events: number, runs: number): Promise<number> {
  const beganAtMs = performance.now();
  for (let number = 0; number < runs; number += 1) {
    const kernel = new Kernel({ stepsMax: events, frozenStepsMax: events, onQuiescent: () => undefined });
    const recorder = new Recorder(kernel, { keepAll: false, observe: () => undefined });
    const draws = new Draws(formatSeed(BigInt(number)));
    const act = async (name: string): Promise<void> => {
      const actor = { name, alive: true };
      const scope = scopeOf(name, 'step');
      for (let count = 0; count < events / ACTORS; count += 1) {
        await new Promise<void>((wake) => kernel.schedule(draws.fraction(scope, count) * LONGEST_US, actor, wake));
        recorder.operation(scope.path, name, 'step', 'ok');
      }
    };
    for (let actor = 1; actor <= ACTORS; actor += 1) void act(`client-${actor}`);
    await kernel.run();
    if (kernel.step !== events) throw new Error(`${kernel.step} steps instead of ${events}`);
  }
  return (events * runs * 1000) / (performance.now() - beganAtMs);
}

async function stepsThere(events: number, runs: number, way: Way): Promise<number> {
  const beganAtMs = performance.now();
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), async (scheduler) => {
      let taken = 0;
      const act = async (name: string): Promise<void> => {
        for (let count = 0; count < events / ACTORS; count += 1) {
          await scheduler.schedule(Promise.resolve(), name);
          taken += 1;
        }
      };
      const actors = Array.from({ length: ACTORS }, (_, index) => act(`client-${index + 1}`));
      if (way === 'waitFor') await scheduler.waitFor(Promise.all(actors));
      else await scheduler[way]();
      if (taken !== events) throw new Error(`${taken} steps instead of ${events}`);
    }),
    { numRuns: runs, seed: 1, endOnFailure: true },
  );
  return (events * runs * 1000) / (performance.now() - beganAtMs);
}
