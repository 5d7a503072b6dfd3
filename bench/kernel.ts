/**
 * The kernel alone: actors that sleep, wake and sleep again, as in the bare loop. Each delay is
 * drawn by its key, and each wake-up adds a record to the digest.
 */
import { Draws, scopeOf } from '../sim/kernel/draws.ts';
import { Kernel } from '../sim/kernel/kernel.ts';
import { Recorder } from '../sim/kernel/recorder.ts';
import { bareLoop } from './bare-loop.ts';
import { compare, type Figure } from './figure.ts';
import type { Sizes } from './sizes.ts';

const LONGEST_US = 2 ** 20;

export async function kernelFigures(sizes: Sizes): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const actors of sizes.kernelActors) {
    figures.push(
      await compare(
        { name: `kernel, ${actors} actors`, unit: 'events/s', referenceName: `bare loop, ${actors} actors` },
        sizes.rounds,
        {
          ours: () => kernelLoop(actors, sizes.kernelEvents),
          reference: () => bareLoop(actors, sizes.kernelEvents),
        },
      ),
    );
  }
  return figures;
}

/** Returns events per second. */
async function kernelLoop(actors: number, events: number): Promise<number> {
  let beganAtMs = 0;
  let tookMs = 0;
  const kernel = new Kernel({ stepsMax: events, frozenStepsMax: events, onQuiescent: () => undefined });
  const recorder = new Recorder(kernel, { keepAll: false, observe: () => undefined });
  const draws = new Draws('0x1');
  const act = async (number: number): Promise<never> => {
    const actor = { name: `client-${number}`, alive: true };
    const scope = scopeOf(actor.name, 'sleep');
    for (let count = 0; ; count += 1) {
      const delayUs = 1 + draws.fraction(scope, count) * LONGEST_US;
      await new Promise<void>((wake) => kernel.schedule(delayUs, actor, wake));
      recorder.timer('node-1', { label: 'sleep', owner: actor.name }, 'fired');
    }
  };
  for (let actor = 1; actor <= actors; actor += 1) void act(actor);
  await kernel.run({
    before: () => {
      beganAtMs = performance.now();
    },
    after: () => {
      tookMs = performance.now() - beganAtMs;
    },
  });
  return kernel.step / (tookMs / 1000);
}
