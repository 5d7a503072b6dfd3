import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { runsLong } from '../../sim/cli/test/long.ts';
import type { JobRunner } from '../../sim/search/job-runner.ts';
import type { RunJob } from '../../sim/search/job.ts';
import { JobError } from '../../sim/search/worker-pool.ts';
import { equivalents } from './equivalents.ts';
import { figureOf, mutantsOf, readFigure } from './figure.ts';
import { flagsOf } from './flags.ts';
import { judge, type Judges } from './judge.ts';
import { KeptResults } from './kept-results.ts';
import { lineOf } from './mutant.ts';
import { gatewayPlanting } from './planting.ts';
import { drawSample, inDrawnOrder, mutatedFiles, readSample, sampleText } from './sample.ts';
import { type Result, scoreOf, scoreText } from './score.ts';

const root = new URL('../..', import.meta.url).pathname;
const sample = readSample(new URL('sample.json', import.meta.url).pathname);
const OPTIONS = { seeds: 5, stepsMax: 1000 };

/** A runner whose runs fail, or throw, from a seed on. */
function runnerFailingFrom(first: number, failure: unknown): Judges & { readonly jobsRun: RunJob[] } {
  const jobsRun: RunJob[] = [];
  const run = (_bundle: unknown, job: RunJob) => {
    jobsRun.push(job);
    if (Number(job.seed) < first) return Promise.resolve({ failure: null });
    return failure instanceof Error ? Promise.reject(failure) : Promise.resolve({ failure });
  };
  const runner = { jobs: 1, run: run as unknown as JobRunner['run'], close: () => Promise.resolve() };
  return { runner, patient: runner, jobsRun };
}

const CRASH = { verdict: 'crash', signature: 'crash: a', step: 1, atMs: 0, text: '' };

test('a mutant is judged until the first run that fails', async () => {
  const runner = runnerFailingFrom(3, CRASH);
  expect(await judge(runner, { codeHash: 'a' }, OPTIONS)).toEqual({ seeds: 3, foundBy: 'crash' });
  expect(runner.jobsRun.map(({ seed, stepsMax }) => [seed, stepsMax])).toEqual([
    ['0x1', 1000],
    ['0x2', 1000],
    ['0x3', 1000],
  ]);
});

test('a run that is stuck counts only if it is stuck with a longer limit too', async () => {
  const stuck = { ...CRASH, verdict: 'stuck', signature: 'stuck' };
  const { runner } = runnerFailingFrom(2, stuck);
  const isNotStuck = { runner, patient: runnerFailingFrom(6, stuck).runner };
  expect(await judge(isNotStuck, { codeHash: 'a' }, OPTIONS)).toEqual({ seeds: 5, foundBy: null });
  const isStuck = { runner, patient: runner };
  expect(await judge(isStuck, { codeHash: 'a' }, OPTIONS)).toEqual({ seeds: 2, foundBy: 'stuck' });
});

test('a mutant that no run finds has all its seeds', async () => {
  expect(await judge(runnerFailingFrom(6, CRASH), { codeHash: 'a' }, OPTIONS)).toEqual({ seeds: 5, foundBy: null });
});

test('code that cannot be run is found, and an error of the measurement is not hidden', async () => {
  const judged = judge(runnerFailingFrom(1, new JobError('no such export')), { codeHash: 'a' }, OPTIONS);
  expect(await judged).toEqual({ seeds: 1, foundBy: 'not-loaded' });
  await expect(judge(runnerFailingFrom(1, new Error('a bug')), { codeHash: 'a' }, OPTIONS)).rejects.toThrow('a bug');
});

function result(id: string, foundBy: string | null, more: Partial<Result> = {}): Result {
  const mutant = { id, mutator: 'ConditionalExpression', file: 'core/a.ts', original: 'a', replacement: 'b' };
  return { ...mutant, line: 1, seeds: foundBy === null ? 100 : 4, foundBy, ...more };
}

const RESULTS = [
  result('a-1', 'crash'),
  result('a-2', 'one-record', { seeds: 2 }),
  result('a-3', null, { line: 7 }),
  result('a-4', null, { line: 3, file: 'core/b.ts' }),
];

const CLAIMS = [
  { id: 'a-3', reason: 'never read', confirmation: 'no reader' },
  { id: 'a-4', reason: 'not confirmed', confirmation: '' },
  { id: 'a-1', reason: 'wrong', confirmation: 'wrong' },
];

test('the score counts confirmed equivalents out, and lists claims that a run refutes', () => {
  expect(scoreOf('0x1', RESULTS, CLAIMS)).toMatchObject({
    mutants: 4,
    found: 2,
    equivalent: 1,
    rawShare: 0.5,
    share: 2 / 3,
    foundBy: { crash: 1, 'one-record': 1 },
    medianSeeds: 2,
    runs: 206,
    files: [
      { file: 'core/a.ts', mutants: 3, survivors: 1 },
      { file: 'core/b.ts', mutants: 1, survivors: 1 },
    ],
    survivors: [
      { id: 'a-3', equivalent: 'never read' },
      { id: 'a-4', equivalent: null },
    ],
    refuted: ['a-1'],
  });
});

test('the text has both shares, and the survivors below their files', () => {
  const lines = scoreText(scoreOf('0x1', RESULTS, CLAIMS, ['a-5'])).split('\n');
  expect(lines).toContain('found 2 of 4 (50.0 %); of those not equivalent 2 of 3 (66.7 %)');
  expect(lines).toContain('not judged, because their text has changed: a-5');
  expect(lines.slice(lines.indexOf('core/a.ts: 1 of 3 not found'))).toEqual([
    'core/a.ts: 1 of 3 not found',
    '  a-3  line 7  ConditionalExpression: a -> b',
    '      equivalent: never read',
    '',
    'core/b.ts: 1 of 1 not found',
    '  a-4  line 3  ConditionalExpression: a -> b',
  ]);
});

test('no mutants give a score of 0', () => {
  expect(scoreOf('0x1', [], [])).toMatchObject({ rawShare: 0, share: 0, medianSeeds: 0 });
});

test('kept results are read again for the same code and the same limits', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'kept-'));
  const file = path.join(folder, 'results.jsonl');
  try {
    new KeptResults(file).add('hash', OPTIONS, { seeds: 2, foundBy: 'crash' });
    writeFileSync(file, '{"key":"other', { flag: 'a' });
    const kept = new KeptResults(file);
    expect(kept.get('hash', OPTIONS)).toEqual({ seeds: 2, foundBy: 'crash' });
    expect(kept.get('hash', { ...OPTIONS, seeds: 6 })).toBeNull();
    expect(kept.get('other', OPTIONS)).toBeNull();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('the drawn order of mutants does not depend on the others', () => {
  const order = inDrawnOrder(sample.mutants, '0x7').map(({ id }) => id);
  const [first] = order;
  const without = sample.mutants.filter(({ id }) => id !== first);
  expect(inDrawnOrder(without, '0x7').map(({ id }) => id)).toEqual(order.slice(1));
  expect(inDrawnOrder(sample.mutants, '0x8').map(({ id }) => id)).not.toEqual(order);
});

test.runIf(runsLong('drawing a sample'))('a sample is drawn from files that the scenario runs', async () => {
  const { files } = await (await gatewayPlanting(root)).bundle(null);
  const mutated = mutatedFiles(root, files);
  expect(mutated).toContain('core/streams.ts');
  expect(mutated).not.toContain('core/limits.ts');
  const small = await drawSample(root, '0x1', 3, ['core/backoff.ts', 'core/semaphore.ts']);
  expect(small.mutants).toHaveLength(3);
  expect(JSON.parse(sampleText(small))).toEqual(small);
});

test('the committed sample has 300 different mutants, of which 90 % and more fit the source', () => {
  expect(sample.mutants).toHaveLength(300);
  expect(new Set(sample.mutants.map(({ id }) => id)).size).toBe(300);
  const fitting = sample.mutants.filter(
    (mutant) => lineOf(mutant, readFileSync(path.join(root, mutant.file), 'utf8')) !== null,
  );
  // Otherwise draw it again: npm run mutation-score -- --draw
  expect(fitting.length).toBeGreaterThanOrEqual(270);
});

test('every equivalent mutant is in the sample, once, and no reading repeats the other', () => {
  const known = new Set(sample.mutants.map(({ id }) => id));
  expect(new Set(equivalents.map(({ id }) => id)).size).toBe(equivalents.length);
  for (const { id, reason, confirmation } of equivalents) {
    expect(known).toContain(id);
    expect(reason).not.toBe('');
    expect(confirmation).not.toBe(reason);
  }
});

test('a figure has the first mutants that few seeds find', () => {
  const late = result('a-9', 'crash', { seeds: 31 });
  const found = Array.from({ length: 40 }, (_, index) => result(`b-${index}`, 'crash'));
  expect(figureOf([late, ...RESULTS])).toEqual({ seeds: 30, foundAtLeast: 1, mutants: ['a-1', 'a-2'] });
  const { mutants, foundAtLeast } = figureOf(found);
  expect([mutants.length, mutants[29], foundAtLeast]).toEqual([30, 'b-29', 27]);
});

test('the committed figure has enough mutants that the sample has', () => {
  const figure = readFigure(new URL('figure.json', import.meta.url).pathname);
  // Otherwise write it again: npm run mutation-score -- --record
  expect(figure.mutants).toHaveLength(30);
  expect(mutantsOf(figure, sample.mutants).length).toBeGreaterThanOrEqual(figure.foundAtLeast);
});

test('flags are parsed, and invalid ones are rejected in one line', () => {
  expect(flagsOf(['--sample', '30', '--seed', '0x2', '--json'])).toMatchObject({ sample: 30, seed: '0x2', json: true });
  expect(flagsOf([])).toMatchObject({ sample: null, seed: null, jobs: 2, results: null, check: false });
  expect(() => flagsOf(['--sample', '0'])).toThrow('invalid --sample 0 (expected a number from 1 to 9999)');
  expect(() => flagsOf(['--check', '--sample', '3'])).toThrow('remove --sample');
  expect(() => flagsOf(['--record', '--seed', '0x2'])).toThrow('remove --check, --draw and --seed');
  expect(() => flagsOf(['--bogus'])).toThrow(/^[^\n]*--bogus[^\n]*$/);
});
