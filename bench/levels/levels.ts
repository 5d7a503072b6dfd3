/**
 * The levels on which a gateway runs: a main module with real http and `ws` over simulated TCP, and
 * whole frames. An echo server is compared with the same server without a simulator; the price
 * gateway, as in a campaign, with itself.
 */
import { formatSeed } from '../../sim/kernel/seed.ts';
import type { Operation, Plan } from '../../sim/plan/plan.ts';
import type { LoadedScenario } from '../../sim/search/run-job.ts';
import { compare, type Figure } from '../figure.ts';
import { heapGauge } from '../heap.ts';
import { whenSettled } from '../memory.ts';
import { loadScenario, timedRun } from '../scenario.ts';
import type { Sizes } from '../sizes.ts';
import { BareServer } from './bare.ts';

const KIB = 1024;
const FIRST_SEED = 0x1000;
const BARE = 'the same ws server over memory, no simulator';

export async function levelFigures(gateway: LoadedScenario, sizes: Sizes): Promise<Figure[]> {
  const levels = [
    ['hosted', await loadScenario('bench/levels/hosted.ts')],
    ['whole frames', await loadScenario('bench/levels/whole-frames.ts')],
  ] as const;
  const figures: Figure[] = [];
  for (const [name, loaded] of levels) figures.push(await framesFigure(name, loaded, sizes));
  for (const [name, loaded] of levels) figures.push(await connectionFigure(name, loaded, sizes));
  for (const [name, loaded] of levels) figures.push(await memoryFigure(name, loaded, sizes));
  return [...figures, await gatewayFigure(gateway, sizes)];
}

function framesFigure(name: string, loaded: LoadedScenario, { longRounds, levels }: Sizes): Promise<Figure> {
  const { clients, messages } = levels;
  const frames = 2 * clients * messages;
  return compare({ name: `levels, frames, ${name}`, unit: 'frames/s', referenceName: BARE }, longRounds, {
    ours: async () => (frames * 1000) / (await timedRun(loaded, planOf(clients, 'talk', { messages }))).tookMs,
    reference: async () => {
      const server = new BareServer();
      const beganAtMs = performance.now();
      const all = Array.from({ length: clients }, () => server.connect(messages, 'close'));
      await server.run();
      const tookMs = performance.now() - beganAtMs;
      if (all.some((client) => !client.isClosed || client.frames !== 2 * messages))
        throw new Error('a message was not answered');
      return (frames * 1000) / tookMs;
    },
  });
}

/** Connecting and closing. */
function connectionFigure(name: string, loaded: LoadedScenario, { longRounds, levels }: Sizes): Promise<Figure> {
  const { clients, connections } = levels;
  const usPerConnection = (tookMs: number): number => (tookMs * 1000) / (clients * connections);
  return compare({ name: `levels, a connection, ${name}`, unit: 'µs/connection', referenceName: BARE }, longRounds, {
    ours: async () => usPerConnection((await timedRun(loaded, planOf(clients, 'come', { times: connections }))).tookMs),
    reference: async () => {
      const server = new BareServer();
      const beganAtMs = performance.now();
      for (let round = 0; round < connections; round += 1) {
        const all = Array.from({ length: clients }, () => server.connect(0, 'close'));
        await server.run();
        if (all.some((client) => !client.isClosed)) throw new Error('a connection did not close');
      }
      return usPerConnection(performance.now() - beganAtMs);
    },
  });
}

/** Both ends of a connection that is open and idle. */
function memoryFigure(name: string, loaded: LoadedScenario, { longRounds, memory }: Sizes): Promise<Figure> {
  const { fewClients, manyClients } = memory;
  const heapUsed = heapGauge();
  const kibPerConnection = async (heap: (clients: number) => Promise<number>): Promise<number> => {
    const few = await heap(fewClients);
    return ((await heap(manyClients)) - few) / (manyClients - fewClients) / KIB;
  };
  return compare(
    { name: `levels, an open connection, ${name}`, unit: 'KiB/connection', referenceName: BARE },
    longRounds,
    {
      ours: () =>
        kibPerConnection(async (clients) => {
          let bytes = 0;
          const gauge = whenSettled(() => (bytes = heapUsed()));
          await timedRun({ ...loaded, scenario: { ...loaded.scenario, properties: [gauge] } }, planOf(clients, 'stay'));
          return bytes;
        }),
      reference: () =>
        kibPerConnection(async (clients) => {
          const server = new BareServer();
          const all = Array.from({ length: clients }, () => server.connect(0, 'stay'));
          await server.run();
          const bytes = heapUsed();
          if (all.some(({ isClosed }) => isClosed)) throw new Error('a connection closed');
          return bytes;
        }),
    },
  );
}

/** Default seeds with all their faults, judged by the same properties on both sides. */
async function gatewayFigure(gateway: LoadedScenario, { longRounds, levels }: Sizes): Promise<Figure> {
  const server = await loadScenario('properties/server.ts');
  const msPerSeed = async (loaded: LoadedScenario): Promise<number> => {
    let tookMs = 0;
    for (let number = 0; number < levels.seeds; number += 1)
      tookMs += (await timedRun(loaded, FIRST_SEED + number)).tookMs;
    return tookMs / levels.seeds;
  };
  return compare(
    { name: 'levels, default seeds of the gateway, hosted', unit: 'ms/seed', referenceName: 'whole frames' },
    longRounds,
    { ours: () => msPerSeed(server), reference: () => msPerSeed(gateway) },
  );
}

/** One node without faults, on which each client performs one operation. */
function planOf(clients: number, name: string, args: Operation['arguments'] = {}): Plan {
  const operations = Array.from({ length: clients }, (_, index) => {
    const actor = `visitor-${index + 1}`;
    return { id: `${actor}.1`, actor, name, atMs: 100 + (index % 1000), arguments: args };
  });
  return { seed: formatSeed(1n), nodes: 1, chaosMs: 20_000, cohorts: [], operations, faults: [] };
}
