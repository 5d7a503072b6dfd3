/** The printed command generates the same plan. */
import path from 'node:path';
import { expect, test } from 'vitest';
import { parseArguments } from '../cli/program.ts';
import { planOf, type PlanSizes } from '../plan/arbitrary.ts';
import { commandOfSeed } from './seed-command.ts';
import { repository } from './simulator.ts';
import { sizesOf } from '../search/campaign-options.ts';
import type { Source } from './scenario-source.ts';

const folder = repository ?? '';
const source = { place: { project: folder, path: 'properties/gateway.ts' } } as Source;
const shape = {
  scripts: { client: { script: () => [] } },
  actorsMax: { client: 8 },
  operationsMax: 4,
  nodesMax: 3,
  chaosMs: { min: 2000, max: 4000 },
  faultKinds: ['latency', 'redis-drop', 'deploy'],
  faultsMax: 5,
  faultDurationMaxMs: {},
  smallSendBuffers: { bytes: [], oneSeedIn: 4 },
};

test.each<[PlanSizes, number | undefined]>([
  [{}, undefined],
  [{ clients: 3, nodes: 2, strategy: 'pct:2', profile: 'storm' }, 500],
  [{ nodes: 3 }, undefined],
  [{ profile: 'redis' }, 9],
  [{ faults: ['-redis-drop'] }, undefined],
  [{ faults: ['network', 'redis-drop', '-latency'] }, undefined],
])('a run of sizes %j with at most %s steps', (sizes, stepsMax) => {
  const command = commandOfSeed(source, { ...sizes, seed: '0x5', variant: null, stepsMax }, folder);
  const [, ...words] = command.split(' -- ')[1]?.split(' ') ?? [];
  const { request } = parseArguments(['run', ...words], '1.0.0', () => undefined);
  if (request.command !== 'run') throw new Error(request.command);
  const { seed, maxSteps } = request.flags;
  const { faults } = request.flags;
  expect(faults).toEqual(sizes.faults);
  expect([request.scenario, seed, maxSteps]).toEqual(['properties/gateway.ts', '0x5', stepsMax]);
  expect(planOf('0x5', shape, sizesOf(request.flags))).toEqual(planOf('0x5', shape, sizes));
});

test('a variant is planted by a flag', () => {
  const run = { seed: '0x5', variant: 'dual-state' } as const;
  expect(commandOfSeed(source, run, folder)).toBe(
    'npm run sim -- run properties/gateway.ts --variant dual-state --seed 0x5',
  );
  const inside = path.join(folder, 'properties');
  expect(commandOfSeed(source, { ...run, clients: 3, profile: 'calm', stepsMax: 9 }, inside)).toBe(
    'npm run sim -- run gateway.ts --variant dual-state --seed 0x5 --clients 3 --profile calm --max-steps 9',
  );
});
