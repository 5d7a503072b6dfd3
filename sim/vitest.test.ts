/**
 * `simulate` as users have it: in a separate vitest, on a small project, with several workers, in
 * shards, and watching.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { utimesSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Workplace } from './cli/test/command.ts';
import { runsLong } from './cli/test/long.ts';
import { TICKER, TICKER_SCENARIO } from './cli/test/ticker.ts';

const vitest = path.join(path.dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const side = fileURLToPath(new URL('./vitest.ts', import.meta.url));

const isLong = runsLong('simulate in a separate vitest: pools, shards, failures, watching');

let place: Workplace;
let child: ChildProcess | null = null;
let said = '';

beforeEach(() => {
  place = new Workplace();
  said = '';
});

afterEach(async () => {
  if (child !== null) {
    const ended = new Promise((resolve) => child?.once('close', resolve));
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await ended;
    }
  }
  child = null;
  place.remove();
});

/** Test files, each with a scenario separate name over the one system. */
function writeTests(...names: readonly string[]): void {
  for (const name of names) {
    place.write(`${name}.scenario.ts`, "export { default } from './scenario.ts';");
    place.write(
      `${name}.test.ts`,
      `import { simulate } from ${JSON.stringify(side)};\nsimulate('./${name}.scenario.ts', { seeds: 4 });\n`,
    );
  }
}

function start(...parameters: readonly string[]): Promise<number | null> {
  const { CI: _ci, VITEST: _vitest, ...environment } = process.env;
  const started = spawn(process.execPath, [vitest, ...parameters, '--root', place.folder, '--no-color'], {
    cwd: place.folder,
    env: { ...environment, NO_COLOR: '1' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child = started;
  for (const stream of [started.stdout, started.stderr]) {
    stream.on('data', (data: Buffer) => {
      said += data.toString();
      for (const look of [...looking]) look();
    });
  }
  return new Promise((resolve) => started.once('close', resolve));
}

const looking = new Set<() => void>();

const TOUCH_EVERY_MS = 5000;

/**
 * Edits a file. Resolves when the output from now on shows the pattern. Touches the file until
 * then: watchers miss changes.
 */
async function rerun(file: string, find: string, put: string, pattern: RegExp): Promise<void> {
  const heard = hears(pattern);
  place.edit(file, find, put);
  const touching = setInterval(() => utimesSync(path.join(place.folder, file), new Date(), new Date()), TOUCH_EVERY_MS);
  await heard.finally(() => clearInterval(touching));
}

/** Resolves when what was said from now on shows the pattern. The test's own time is its limit. */
function hears(pattern: RegExp): Promise<void> {
  const from = said.length;
  return new Promise((resolve, reject) => {
    const look = (): void => {
      if (!pattern.test(said.slice(from))) return;
      looking.delete(look);
      resolve();
    };
    looking.add(look);
    child?.once('close', () => reject(new Error(`vitest ended: ${said}`)));
    look();
  });
}

interface Summary {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly { readonly name: string; readonly status: string }[];
}

/** Runs vitest to its end and reads what its JSON reporter says. */
async function run(...parameters: readonly string[]): Promise<Summary> {
  await start('run', '--reporter=json', '--outputFile=summary.json', ...parameters);
  return JSON.parse(place.read('summary.json')) as Summary;
}

const filesOf = ({ testResults }: Summary): string[] => testResults.map(({ name }) => path.basename(name)).sort();

const NAMES = ['one', 'two'];
const FILES = NAMES.map((name) => `${name}.test.ts`).sort();

describe('several workers', () => {
  test.runIf(isLong).each(['forks', 'threads', 'vmThreads'])('%s', async (pool) => {
    writeTests(...NAMES);
    const summary = await run('--pool', pool, '--maxWorkers', '2');
    expect(filesOf(summary)).toEqual(FILES);
    // A property, and the one for everything else.
    expect([summary.numPassedTests, summary.numFailedTests]).toEqual([4, 0]);
  });

  test.runIf(isLong)('one process for all files, which share its modules', async () => {
    writeTests(...NAMES);
    const summary = await run('--no-isolate', '--maxWorkers', '1');
    expect([summary.numPassedTests, summary.numFailedTests]).toEqual([4, 0]);
  });

  test.runIf(isLong)('find the same failure and save it once', async () => {
    writeTests(...NAMES);
    place.edit('system.ts', 'socket.send(text);', "if (text !== 'plum') socket.send(text);");
    const summary = await run('--maxWorkers', '2');
    expect([summary.numPassedTests, summary.numFailedTests]).toEqual([2, 2]);
    const digests = place.list('replays').map((file) => /"digest": "(\w+)"/.exec(place.read(`replays/${file}`))?.[1]);
    expect(place.list('replays')).toHaveLength(NAMES.length);
    expect(new Set(digests).size).toBe(1);
    const [, id = ''] = /-([0-9a-f]{6})\.json$/.exec(place.list('replays')[0] ?? '') ?? [];
    expect(place.read('summary.json')).toMatch(new RegExp(` view (?:${id}|\\S*${id}\\.json)`));
  });
});

test.runIf(isLong)('a scenario of one file, which holds, and one that tests nothing', async () => {
  place.write('ticker.ts', TICKER);
  place.write('deaf.ts', 'export const start = () => ({});');
  for (const name of ['ticker', 'deaf']) {
    place.write(`${name}.sim.ts`, TICKER_SCENARIO.replace('./ticker.ts', `./${name}.ts`));
    const text = `import { simulate } from ${JSON.stringify(side)};\nsimulate('./${name}.sim.ts', { seeds: 5 });\n`;
    place.write(`${name}.test.ts`, text);
  }
  const summary = await run();
  expect([summary.numPassedTests, summary.numFailedTests]).toEqual([3, 1]);
  expect(summary.testResults.find(({ name }) => name.endsWith('deaf.test.ts'))?.status).toBe('failed');
  expect(place.read('summary.json')).toContain('not tested: no operation ended ok: ');
});

test.runIf(isLong)('a property that is never judged fails its own test only', async () => {
  place.write(
    'idle.sim.ts',
    `import echo from './scenario.ts';
    const idle = { id: 'idle', description: 'Nothing.', kind: 'always', checker: () => ({}) };
    export default { ...echo, properties: [...echo.properties, idle] };`,
  );
  place.write('idle.test.ts', `import { simulate } from ${JSON.stringify(side)};\nsimulate('./idle.sim.ts');\n`);
  const summary = await run();
  expect([summary.numPassedTests, summary.numFailedTests]).toEqual([2, 1]);
  expect(place.read('summary.json')).toContain('not tested: idle was never judged in 50 seeds');
});

test.runIf(isLong)('shards of vitest take files apart, and none twice', async () => {
  writeTests(...NAMES);
  const shards: string[][] = [];
  for (const shard of ['1/2', '2/2']) {
    const summary = await run('--shard', shard);
    expect(summary.numFailedTests).toBe(0);
    shards.push(filesOf(summary));
  }
  expect(shards.flat().sort()).toEqual(FILES);
  expect(shards.every((files) => files.length > 0)).toBe(true);
});

test.runIf(isLong)('watching runs again when the system changes, and on its newest code', async () => {
  writeTests('one', 'two');
  void start('watch', '--maxWorkers', '1');
  await hears(/Tests +4 passed[^]*for file changes/);
  const passed = /Tests +4 passed[^]*for file changes/;
  const failed = /✖ answered[^]*Tests +2 failed \| 2 passed[^]*for file changes/;
  await rerun('system.ts', 'socket.send(text);', "if (text !== 'plum') socket.send(text);", failed);
  await rerun('system.ts', "if (text !== 'plum') ", '', passed);
  // The scenario counts as well, and a mistake in it does not end watching.
  const refused = /(?:is above settleMs|Tests +\d failed)[^]*for file changes/;
  await rerun('scenario.ts', 'operationMs: 20_000', 'operationMs: 99_000', refused);
  await rerun('scenario.ts', 'operationMs: 99_000', 'operationMs: 20_000', passed);
});
