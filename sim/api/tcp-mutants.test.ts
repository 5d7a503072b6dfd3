/**
 * Each fault of TCP finds a bug within 200 seeds that no fault of whole connections finds, and the
 * server as it should be holds.
 */
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runsLong } from '../cli/test/long.ts';
import { formatSeed } from '../kernel/seed.ts';
import { bundleSystem } from '../load/bundle.ts';
import { Project } from '../load/test/project.ts';
import { simulatorEntry } from '../project/simulator.ts';
import { RunResources } from '../run/execute-run.ts';
import { type LoadedScenario, runJob } from '../search/run-job.ts';
import { FAULT_KINDS } from '../world/faults/catalogue.ts';
import { ImageLoader } from './load-image.ts';
import { TCP_MUTANTS, type TcpMutant } from './test/tcp-mutants.ts';

const SEEDS = 200;

/** Faults of the network that hit whole connections. */
const OTHERS = [...FAULT_KINDS.values()].flatMap(({ kind, group, needsPort }) =>
  group === 'network' && needsPort !== true ? [kind] : [],
);

const isLong = runsLong('bugs that only faults of TCP find, under other faults');

const images = new ImageLoader(new RunResources());
const projects: Project[] = [];
afterAll(() => {
  for (const project of projects) project.remove();
});

async function load(
  server: string,
  { operations, settleMs = 2500 }: TcpMutant,
  faults: readonly string[],
): Promise<LoadedScenario> {
  const project = new Project({
    'server.js': server,
    'scenario.ts': `
      import net from 'node:net';
      import { defineScenario } from 'seedstorm';
      export default defineScenario({
        system: './server.js',
        actors: { guest: { operations: ${operations}, countMax: 2 } },
        operationsMax: 3,
        faults: ${JSON.stringify(faults)},
        chaosMs: { min: 2000, max: 3000 },
        settleMs: ${settleMs},
        leaveMs: 500,
      });`,
  });
  projects.push(project);
  const scenarioFile = path.join(project.folder, 'scenario.ts');
  return images.load(await bundleSystem({ entry: './server.js', scenarioFile, simulatorEntry }));
}

/** The number of the first seed that fails, and why; null if all hold. */
async function firstFailure(server: string, mutant: TcpMutant, faults: readonly string[]): Promise<string | null> {
  const loaded = await load(server, mutant, faults);
  for (let number = 1; number <= SEEDS; number += 1) {
    const job = { kind: 'run', seed: formatSeed(BigInt(number)), sizes: { nodes: 2 } } as const;
    const { failure } = await runJob(loaded, job, { nowMs: () => 0 });
    if (failure !== null) return `seed ${number}: ${failure.signature}`;
  }
  return null;
}

describe.each(TCP_MUTANTS.map((mutant) => ({ ...mutant, mutant })))(
  '$kind',
  ({ kind, bug, server, find, put, mutant }) => {
    it(`finds a server that ${bug}`, async () => {
      expect(server.split(find).length).toBe(2);
      expect(await firstFailure(server.replace(find, put), mutant, [kind])).not.toBeNull();
    });

    it.runIf(isLong)('does not fail the server as it should be', async () => {
      expect(await firstFailure(server, mutant, [kind])).toBeNull();
    });

    // 200 more runs each, which other tests need less.
    it.skipIf(!isLong)('is the only fault of the network that finds it', async () => {
      const others = OTHERS.filter((other) => mutant.alsoFoundBy?.includes(other) !== true);
      expect(await firstFailure(server.replace(find, put), mutant, others)).toBeNull();
      expect(await firstFailure(server, mutant, OTHERS)).toBeNull();
    });
  },
);
