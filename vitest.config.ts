import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Tests that start processes, change process-wide state or count what is open. */
const OWN_PROCESS = [
  'bench/**/*.test.ts',
  'core/process.test.ts',
  'docs/{commands,package}.test.ts',
  'examples/**/*.test.ts',
  'properties/{defects,determinism,replays,verdicts}.test.ts',
  'sim/cli/*.test.ts',
  'sim/{start,vitest}.test.ts',
  '**/*.contract.test.ts',
];

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: availableParallelism(),
    // The limit for a test that hangs. No test depends on the speed of the machine.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    projects: [
      { extends: true, test: { name: 'own process', include: OWN_PROCESS } },
      {
        extends: true,
        test: {
          name: 'shared',
          include: ['{core,sim,properties,docs,bench,examples}/**/*.test.ts'],
          exclude: OWN_PROCESS,
          // These files share the modules that a worker has loaded: loading takes longer than their tests.
          isolate: false,
        },
      },
    ],
  },
});
