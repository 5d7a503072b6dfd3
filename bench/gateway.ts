/**
 * The whole gateway under simulation, with faults and all properties checked: against the bare
 * loop, and how the cost of an event grows with the number of clients.
 */
import type { LoadedScenario } from '../sim/search/run-job.ts';
import { bareLoop } from './bare-loop.ts';
import { compare, type Figure } from './figure.ts';
import { crowd, timedRun } from './scenario.ts';
import type { Sizes } from './sizes.ts';

const WARM_UP_RUNS = 10;

export async function gatewayFigures(loaded: LoadedScenario, sizes: Sizes): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const clients of sizes.gatewayClients) {
    figures.push(
      await compare(
        { name: `gateway, ${clients} clients`, unit: 'events/s', referenceName: `bare loop, ${clients} actors` },
        sizes.longRounds,
        {
          ours: async () =>
            1e6 / (await usPerEvent(loaded, clients, Math.ceil(sizes.gatewayClientsTogether / clients))),
          reference: () => bareLoop(clients, sizes.kernelEvents),
        },
      ),
    );
  }
  return figures;
}

/**
 * Both sides process about the same number of events, so that neither benefits from a shorter run.
 */
export async function growthFigures(loaded: LoadedScenario, sizes: Sizes): Promise<Figure[]> {
  const { fewClients, manyClients } = sizes.growth;
  const figures: Figure[] = [];
  for (const { clients, rounds } of manyClients) {
    figures.push(
      await compare(
        { name: `growth, ${clients} clients`, unit: 'µs/event', referenceName: `${fewClients} clients` },
        rounds,
        {
          warmUp: () => usPerEvent(loaded, fewClients, WARM_UP_RUNS),
          ours: () => usPerEvent(loaded, clients, 1),
          reference: () => usPerEvent(loaded, fewClients, Math.ceil(clients / fewClients)),
        },
      ),
    );
  }
  return figures;
}

async function usPerEvent(loaded: LoadedScenario, clients: number, runs: number): Promise<number> {
  let steps = 0;
  let tookMs = 0;
  for (let number = 1; number <= runs; number += 1) {
    const run = await timedRun(loaded, crowd(number, clients));
    steps += run.steps;
    tookMs += run.tookMs;
  }
  return (tookMs * 1000) / steps;
}
