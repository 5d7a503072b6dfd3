import { expect, test } from 'vitest';
import type { Finding } from '../finding.ts';
import type { RunJob, RunReport } from '../job.ts';
import type { JobRunner } from '../job-runner.ts';
import { plan, violation } from '../test/check-campaign.ts';
import { JobError } from '../worker-pool.ts';
import { reasonOf } from './reason.ts';

const failure = violation('p');
const KEYS = Array.from({ length: 40 }, (_, number) => `a-1.${number}/latency/1`);
const choices = Object.fromEntries(KEYS.map((key) => [key, 0.5]));

const finding = {
  plan: plan(40),
  choices,
  failure,
  shrunk: {},
  replayed: { same: 3, of: 3 },
} as unknown as Finding;

/** Runs of 10 steps that fail, unless `passes`. */
function runnerOf(
  passes: (job: RunJob) => boolean,
  { steps = 10 } = {},
): { readonly runner: JobRunner; readonly jobs: RunJob[] } {
  const jobs: RunJob[] = [];
  const run = (_: unknown, job: RunJob): Promise<Partial<RunReport>> => {
    jobs.push(job);
    return Promise.resolve({ failure: passes(job) ? null : failure, checked: { p: 1 }, records: [], choices, steps });
  };
  return { runner: { jobs: 1, run } as unknown as JobRunner, jobs };
}

const reasonIn = (runner: JobRunner, found: Finding = finding): Promise<string | null> =>
  reasonOf(runner, { codeHash: '' }, found, {});

test('the reason is the change with which the run passes, with all operations', async () => {
  const { runner, jobs } = runnerOf((job) => job.choices?.[KEYS[3] ?? ''] === 0.01);
  expect(await reasonIn(runner)).toBe(
    'when a frame of operation a-1.3 takes less time (choice a-1.3/latency/1: 0.01, not 0.5)',
  );
  expect(jobs.every((job) => job.plan?.operations.length === 40)).toBe(true);
});

test('at most 65 runs are made, fewer if they are long', async () => {
  const all = runnerOf(() => false);
  expect(await reasonIn(all.runner)).toBeNull();
  expect(all.jobs.length).toBeGreaterThan(30);
  expect(all.jobs.length).toBeLessThanOrEqual(65);
  const long = runnerOf(() => false, { steps: 20_000 });
  await reasonIn(long.runner);
  expect(long.jobs.length).toBeLessThan(10);
});

test.each([
  ['was not shrunk', { shrunk: null }],
  ['does not replay', { replayed: { same: 2, of: 3 } }],
  ['was not replayed', { replayed: { same: 0, of: 0 } }],
])('nothing runs for a failure that %s', async (_, changed) => {
  const { runner, jobs } = runnerOf(() => true);
  expect(await reasonIn(runner, { ...finding, ...changed } as Finding)).toBeNull();
  expect(jobs).toEqual([]);
});

test('a changed run that ends its worker leaves no reason', async () => {
  const runner = { jobs: 1, run: () => Promise.reject(new JobError('stopped')) } as unknown as JobRunner;
  expect(await reasonIn(runner)).toBeNull();
});
