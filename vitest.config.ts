import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The files that take longest. They run first: one that ran last would leave other cores idle. */
const LONGEST = [
  'docs/commands.test.ts',
  'sim/world/net.contract.test.ts',
  'sim/load/redis-flows.test.ts',
  'bench/load/load.test.ts',
  'bench/bench.test.ts',
  'sim/cli/node-versions.test.ts',
  'docs/package.test.ts',
  'sim/vitest.test.ts',
  'examples/socket.io/socket.io.test.ts',
  'properties/mutants.test.ts',
  'properties/client.test.ts',
  'properties/determinism.test.ts',
  'properties/server.test.ts',
  'sim/cli/replays.test.ts',
  'sim/cli/nondeterminism.test.ts',
  'sim/cli/cli.test.ts',
  'sim/cli/verdicts.test.ts',
];

const ALL = ['{core,sim,properties,tidy,docs,bench,examples}/**/*.test.ts'];
/**
 * Tests of pages run after the others: beside them, a browser takes ten times as long for a click.
 */
const OF_PAGES = ['sim/page/page.test.ts', 'sim/page/page-content.test.ts', 'properties/page.test.ts'];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLongest = ({ moduleId }: TestSpecification): boolean =>
      LONGEST.some((name) => moduleId.endsWith(`/${name}`));
    const sorted = await super.sort(files);
    return [...sorted.filter(isLongest), ...sorted.filter((file) => !isLongest(file))];
  }
}

const source = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

export default defineConfig({
  resolve: {
    // Examples import the package by its name, so that they run wherever they are copied to.
    alias: [
      { find: /^seedstorm$/, replacement: source('./sim/index.ts') },
      { find: /^seedstorm\/vitest$/, replacement: source('./sim/vitest.ts') },
    ],
  },
  test: {
    pool: 'forks',
    // Twice the cores, because some tests wait for processes and sockets. The long ones compute,
    // and with as many of them beside each other, loading takes too long.
    maxWorkers: process.env['SEEDSTORM_LONG_TESTS'] === '1' ? availableParallelism() + 1 : availableParallelism() * 2,
    sequence: { sequencer: LongestFirst },
    // esbuild is a fifth of the work, and a fifth of that was its garbage collector.
    env: { GOGC: '200' },
    // The limit for a test that hangs. No test depends on the speed of the machine.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    projects: [
      { extends: true, test: { name: 'tests', include: ALL, exclude: OF_PAGES } },
      {
        extends: true,
        test: { name: 'pages', include: OF_PAGES, maxWorkers: availableParallelism(), sequence: { groupOrder: 1 } },
      },
    ],
    // Test files share the modules that a process has loaded: loading takes longer than most tests.
    isolate: false,
  },
});
