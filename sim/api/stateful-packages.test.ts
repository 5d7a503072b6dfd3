/** Packages that keep state between runs are found, and evaluated for each process from then on. */
import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { Workplace } from '../cli/test/command.ts';
import { runsLong } from '../cli/test/long.ts';
import { LoadError, openScenario, planArbitrary, replay, run, shrink } from '../index.ts';
import type { Source } from '../project/scenario-source.ts';
import type { RunJob } from '../search/job.ts';
import type { Bundle, JobRunner } from '../search/job-runner.ts';
import { JobError } from '../search/worker-pool.ts';
import { findStatefulPackages } from './stateful-packages.ts';

const SEEDS = { seeds: 3, seedStart: '0x1' } as const;
const LONGER = { seeds: 25, seedStart: '0x1' } as const;
const modules = fileURLToPath(new URL('../../node_modules', import.meta.url));

let place: Workplace;
let scenario: string;

beforeEach(() => {
  place = new Workplace();
  scenario = path.join(place.folder, 'scenario.ts');
});

afterEach(() => place.remove());

function install(name: string, text: string): void {
  place.write(`node_modules/${name}/package.json`, '{"type":"module","main":"index.js"}');
  place.write(`node_modules/${name}/index.js`, text);
}

/** A package with a counter, one that imports it, and one without state. */
function installTicket(): void {
  install('tally', 'let count = 0;\nexport const next = () => (count += 1);\n');
  install('ticket', "import { next } from 'tally';\nexport const ticket = () => `ticket ${next()}`;\n");
  install('steady', 'export const same = (text) => text;\n');
}

function answerWith(text: string, imports: string): void {
  place.edit('system.ts', 'socket.send(text);', `socket.send(${text});`);
  place.edit('system.ts', 'import type', `${imports}\nimport type`);
}

/** The system answers with a number from a package. */
function useTicket(): void {
  installTicket();
  answerWith('same(`${text} ${ticket()}`)', "import { ticket } from 'ticket';\nimport { same } from 'steady';");
}

/** A package whose state shows only once it has been called often. */
function useLate(): void {
  install('late', 'let calls = 0;\nexport const late = (text) => ((calls += 1) > 60 ? `${text} ${calls}` : text);\n');
  place.edit('system.ts', 'import type', "import { late } from 'late';\nimport type");
  place.edit(
    'system.ts',
    '(data: Buffer) => answer(socket, data.toString())',
    '(data: Buffer) => { node.probe.note(late("heard")); answer(socket, data.toString()); }',
  );
}

/** A package that makes only its first use differ: it fills a pool then. */
function usePool(): void {
  install(
    'pool',
    'let filled;\nexport const take = () => (filled ??= new Promise((resolve) => setTimeout(resolve, 1)));\n',
  );
  place.edit('system.ts', 'import type', "import { take } from 'pool';\nimport type");
  place.edit(
    'system.ts',
    '(data: Buffer) => answer(socket, data.toString())',
    '(data: Buffer) => void take().then(() => answer(socket, data.toString()))',
  );
}

function nameInScenario(name: string): void {
  place.edit('scenario.ts', "entry: './system.ts'", `entry: './system.ts', statefulPackages: ['${name}']`);
}

describe('a campaign', () => {
  test('names the package with the state, and neither its importers nor others', async () => {
    useTicket();
    const outcome = await run(scenario, SEEDS);
    expect(outcome).toMatchObject({ held: true, deterministic: true, statefulPackages: ['tally'] });
    expect(outcome.totals).toMatchObject({ seeds: 3, repeated: 1 });
    const { lastDigest } = outcome.totals;
    // The same as when another seed shows it, and as when the scenario names it.
    expect((await run(scenario, { seeds: 1, seedStart: '0x3' })).totals.lastDigest).toBe(lastDigest);
    nameInScenario('tally');
    const named = await run(scenario, SEEDS);
    expect(named.statefulPackages).toEqual([]);
    expect(named.totals.lastDigest).toBe(lastDigest);
  });

  test('names several packages if each of them is needed', async () => {
    installTicket();
    install('other', 'let count = 0;\nexport const more = () => (count += 1);\n');
    answerWith(
      'same(`${text} ${ticket()} ${more()}`)',
      "import { ticket } from 'ticket';\nimport { same } from 'steady';\nimport { more } from 'other';",
    );
    expect((await run(scenario, SEEDS)).statefulPackages).toEqual(['other', 'tally']);
  });

  test('finds state that only later seeds show, and runs all seeds anew', async () => {
    useLate();
    const numbers: number[] = [];
    const outcome = await run(scenario, { ...LONGER, onRun: ({ seeds }) => void numbers.push(seeds) });
    expect(outcome).toMatchObject({ held: true, statefulPackages: ['late'] });
    // Run 20 is the next one that is repeated.
    expect(numbers.lastIndexOf(1)).toBe(20);
    expect(numbers).toHaveLength(20 + 25);
    nameInScenario('late');
    expect((await run(scenario, LONGER)).totals.lastDigest).toBe(outcome.totals.lastDigest);
  });

  test('saves the names in replays, and deletes replays of void runs', async () => {
    useLate();
    const options = { ...LONGER, variant: 'silent', save: true, folder: place.folder };
    const outcome = await run(scenario, options);
    expect(outcome.statefulPackages).toEqual(['late']);
    expect(outcome.findings).toHaveLength(1);
    const [{ file, digest } = { file: null, digest: '' }] = outcome.findings;
    expect(place.list('replays')).toEqual([path.basename(file ?? '')]);
    expect(JSON.parse(place.read(`replays/${path.basename(file ?? '')}`))).toMatchObject({
      statefulPackages: ['late'],
    });
    const { folder } = place;
    expect((await replay(file ?? '', { folder })).verdict).toBe('exact');
    expect((await shrink(file ?? '', { folder, timeMs: 500 })).verdict).toBe('smallest');
    nameInScenario('late');
    const named = await run(scenario, { ...options, save: false });
    expect(named.findings).toMatchObject([{ digest }]);
  });

  test.runIf(runsLong('the search in Socket.IO'))(
    'evaluates engine.io, which counts its ids, for each process',
    async () => {
      mkdirSync(path.join(place.folder, 'node_modules'));
      symlinkSync(path.join(modules, 'engine.io'), path.join(place.folder, 'node_modules', 'engine.io'));
      symlinkSync(path.join(modules, 'socket.io'), path.join(place.folder, 'node_modules', 'socket.io'));
      place.write(
        'chat.js',
        `import { createServer } from 'node:http';
import { Server } from 'socket.io';
const server = createServer();
const io = new Server(server);
io.engine.on('connection', ({ id }) => console.log(id));
server.listen(process.env.PORT);
`,
      );
      place.write(
        'chat.sim.ts',
        `import { atEnd, defineScenario } from 'seedstorm';
export default defineScenario({
  system: './chat.js',
  actors: {
    visitor: {
      async come({ connect }) {
        const socket = await connect(undefined, { url: '/socket.io/?EIO=4&transport=websocket' });
        socket.close();
      },
    },
  },
  properties: [atEnd('ended', ({ check }) => check(true))],
});
`,
      );
      const outcome = await run(path.join(place.folder, 'chat.sim.ts'), { seeds: 1, seedStart: '0x1', clients: 2 });
      expect(outcome).toMatchObject({ held: true, deterministic: true, statefulPackages: ['engine.io'] });
    },
  );
});

test('a package that starts a timer when it is loaded is evaluated for each process', async () => {
  install('pulse', 'export let beats = 0;\nsetInterval(() => (beats += 1), 1000);\n');
  answerWith('`${text} ${beats}`', "import { beats } from 'pulse';");
  expect(await run(scenario, SEEDS)).toMatchObject({ held: true, statefulPackages: ['pulse'] });
});

test('plans of an open scenario run with what the first one shows', async () => {
  useTicket();
  const opened = await openScenario(scenario);
  const [plan] = fc.sample(planArbitrary(opened.scenario), { seed: 1, numRuns: 1 });
  if (plan === undefined) throw new Error('no plan');
  const digests = [await opened.run(plan), await opened.run(plan)].map(({ digest }) => digest);
  await opened.close();
  expect(digests[0]).toBe(digests[1]);
});

test.each([
  ['tali', 'scenario.ts: system.statefulPackages has tali, which the system does not import, did you mean tally?'],
  ['express', 'scenario.ts: system.statefulPackages has express, which the system does not import'],
])('an unknown name in the scenario is an error: %s', async (name, message) => {
  useTicket();
  nameInScenario(name);
  await expect(run(scenario, SEEDS)).rejects.toThrow(new LoadError(message));
});

test('a package is found that makes only the first run of a worker differ', async () => {
  usePool();
  expect(await run(scenario, { seeds: 1, seedStart: '0x1' })).toMatchObject({
    deterministic: true,
    statefulPackages: ['pool'],
  });
});

describe('the search', () => {
  /** `result`: how two runs compare if these packages are evaluated for each process. */
  async function search(
    result: (names: readonly string[], job: RunJob) => 'same' | 'drawn' | 'different' | 'broken',
    step?: number,
    packages: readonly string[] = ['a', 'b', 'c', 'd', 'e'],
  ) {
    const jobs: RunJob[] = [];
    const source = {
      statefulPackages: [],
      bundle: (_variant: null, names: readonly string[] = []) =>
        Promise.resolve({ packages, codeHash: names.join(' ') }),
    } as unknown as Source;
    const run = (bundle: Bundle, job: RunJob) => {
      jobs.push(job);
      const names = bundle.codeHash === '' ? [] : bundle.codeHash.split(' ');
      const verdict = result(names, job);
      if (verdict === 'broken') throw new JobError('a package throws');
      return Promise.resolve({
        digest: 'x',
        randomValues: 1,
        failure: null,
        again: {
          digest: verdict === 'different' ? 'y' : 'x',
          randomValues: verdict === 'same' ? 1 : 257,
          failure: null,
        },
      });
    };
    const runner = { jobs: 1, run } as unknown as JobRunner;
    const { signal } = new AbortController();
    const job = { kind: 'run', seed: '0x1' } as const;
    const names = await findStatefulPackages({ source, runner, variant: null, job, step, seedStart: '0x1', signal });
    return { names, jobs };
  }

  test('ends early if all packages together do not explain the difference', async () => {
    const { names, jobs } = await search(() => 'different');
    expect(names).toEqual([]);
    expect(jobs).toHaveLength(2);
  });

  test('repeats more and more often, and compares the number of random values, for a pool of them', async () => {
    const { names, jobs } = await search((tried, { repetitions = 1 }) =>
      repetitions < 16 || tried.includes('b') ? 'same' : 'drawn',
    );
    expect(names).toEqual(['b']);
    expect(jobs.slice(0, 7).map(({ repetitions }) => repetitions)).toEqual([...Array<undefined>(5), 4, 16]);
    expect(new Set(jobs.slice(7).map(({ repetitions }) => repetitions))).toEqual(new Set([16]));
  });

  test('tries well-known packages first', async () => {
    const { names, jobs } = await search((tried) => (tried.includes('uid') ? 'same' : 'different'), 50, [
      'a',
      'uid',
      'b',
    ]);
    expect(names).toEqual(['uid']);
    expect(jobs).toHaveLength(2);
  });

  test('leaves out packages that cannot be evaluated again', async () => {
    const { names } = await search((tried) => {
      if (tried.includes('d')) return 'broken';
      return tried.includes('b') ? 'same' : 'different';
    });
    expect(names).toEqual(['b']);
  });

  test('runs to the difference only', async () => {
    const { names, jobs } = await search((tried) => (tried.includes('c') ? 'same' : 'different'), 50);
    expect(names).toEqual(['c']);
    expect(new Set(jobs.map(({ stepsMax }) => stepsMax))).toEqual(new Set([250]));
  });

  test('begins anew, and runs other seeds in between, if only a later run differs from the first', async () => {
    const { names } = await search((tried, { repeatAfter = [], freshPackages = false }) =>
      repeatAfter.length === 0 || !freshPackages || tried.includes('a') ? 'same' : 'different',
    );
    expect(names).toEqual(['a']);
  });

  test('runs other seeds in between if the state comes from them', async () => {
    const { names, jobs } = await search(
      (tried, { repeatAfter = [] }) => (repeatAfter.length === 0 || tried.includes('e') ? 'same' : 'different'),
      50,
    );
    expect(names).toEqual(['e']);
    expect(jobs.at(-1)?.repeatAfter).toContain('0x8');
  });
});
