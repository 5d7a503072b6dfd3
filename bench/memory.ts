/**
 * Heap use of a simulated client. All clients connect, authenticate, subscribe and stay. After the
 * run has settled, garbage is collected and the heap is measured. A run with few clients has the
 * same fixed parts, so the difference is the clients' share: both ends of the connection including
 * mock-socket, the gateway's state, the row in Redis, frames in flight, the state of each checker,
 * and three operations of the plan with their outcomes.
 */
import { formatSeed } from '../sim/kernel/seed.ts';
import type { Operation, Plan } from '../sim/plan/plan.ts';
import type { Property } from '../sim/run/property.ts';
import type { LoadedScenario } from '../sim/search/run-job.ts';
import { compare, type Figure } from './figure.ts';
import { handWired } from './hand-wired.ts';
import { heapGauge } from './heap.ts';
import { handWiredPlanOf } from './packages.ts';
import { timedRun } from './scenario.ts';
import type { Sizes } from './sizes.ts';

const KIB = 1024;

export async function memoryFigures(loaded: LoadedScenario, sizes: Sizes): Promise<Figure[]> {
  const { fewClients, manyClients } = sizes.memory;
  const heapUsed = heapGauge();
  const kibPerClient = async (settledHeap: (plan: Plan) => Promise<number>): Promise<number> => {
    const few = await settledHeap(stay(fewClients));
    const many = await settledHeap(stay(manyClients));
    return (many - few) / (manyClients - fewClients) / KIB;
  };
  return [
    await compare(
      {
        name: `memory, ${manyClients} clients`,
        unit: 'KiB/client',
        referenceName: 'the same packages wired by hand, no checks',
      },
      sizes.rounds,
      {
        ours: () => kibPerClient((plan) => heapHere(loaded, plan, heapUsed)),
        reference: () => kibPerClient((plan) => heapThere(loaded, plan, heapUsed)),
      },
    ),
  ];
}

/** Returns bytes. */
async function heapHere(loaded: LoadedScenario, plan: Plan, heapUsed: () => number): Promise<number> {
  let bytes = 0;
  const gauge = whenSettled(() => {
    bytes = heapUsed();
  });
  const { scenario } = loaded;
  await timedRun({ ...loaded, scenario: { ...scenario, properties: [...scenario.properties, gauge] } }, plan);
  return bytes;
}

async function heapThere({ scenario }: LoadedScenario, plan: Plan, heapUsed: () => number): Promise<number> {
  let bytes = 0;
  const onLeaving = (): void => {
    bytes = heapUsed();
  };
  await handWired({ ...handWiredPlanOf(scenario, plan), onLeaving });
  return bytes;
}

/** Checks nothing, and calls `act` once. */
export function whenSettled(act: () => void): Property {
  return {
    id: 'gauge',
    risk: 'bench',
    description: 'Measures the heap once, when the run has settled.',
    kind: 'always',
    checker: () => ({
      observe: (record) => {
        if (record.type === 'fault' && record.kind === 'settled') act();
      },
    }),
  };
}

function stay(clients: number): Plan {
  const operations: Operation[] = [];
  for (let client = 1; client <= clients; client += 1) {
    const add = (number: number, name: string, args: Operation['arguments'] = {}): void => {
      const id = `client-${client}.${number}`;
      operations.push({
        id,
        actor: `client-${client}`,
        name,
        atMs: 100 + (client % 1000) + number * 1000,
        arguments: args,
      });
    };
    add(1, 'connect');
    add(2, 'authenticate', { token: 'good' });
    add(3, 'subscribe', { symbol: 'AAPL' });
  }
  return { seed: formatSeed(1n), nodes: 3, chaosMs: 6000, cohorts: [], operations, faults: [] };
}
