import { expect, test } from 'vitest';
import { NO_USES } from '../run/use-counts.ts';
import type { RunJob, RunReport } from './job.ts';
import type { Bundle, JobRunner } from './job-runner.ts';
import { repeat } from './repeat.ts';
import { stuck } from './test/check-campaign.ts';

const report = (digest: string): RunReport => ({
  kind: 'run',
  seed: '0x1',
  digest,
  codeHash: 'code',
  steps: 10,
  virtualMs: 100,
  operations: 3,
  uses: NO_USES,
  faults: {},
  checked: {},
  marks: {},
  failure: null,
});
const stuckReport: RunReport = { ...report(''), failure: stuck };

/** Repeats a run. `after`: the reports of the runs that follow. */
async function repeated(before: RunReport, ...after: RunReport[]) {
  const jobs: RunJob[] = [];
  const run = (_bundle: Bundle, job: RunJob) => {
    jobs.push(job);
    return Promise.resolve(after[jobs.length - 1]);
  };
  const runner = { run } as unknown as JobRunner;
  return { result: await repeat(runner, { codeHash: 'code' }, { kind: 'run', seed: '0x1' }, before), jobs };
}

test('a run that repeats exactly is no failure, and the repetition evaluates modules anew', async () => {
  const { result, jobs } = await repeated(report('a'), report('a'));
  expect(result).toBeNull();
  expect(jobs).toEqual([{ kind: 'run', seed: '0x1', freshModules: true }]);
});

test('a run that differs when repeated is nondeterminism', async () => {
  const { result } = await repeated(report('a'), report('b'), report('a'), report('b'));
  expect(result?.failure).toMatchObject({
    verdict: 'nondeterminism',
    text: expect.stringContaining('have the digests a and b'),
  });
});

test('a stuck run is not repeated', async () => {
  expect(await repeated(stuckReport, report('a'))).toEqual({ result: null, jobs: [] });
});

test.each([
  ['the repetition', report('a'), [stuckReport]],
  ['the first detailed run', report('a'), [report('b'), stuckReport, report('b')]],
  ['the second detailed run', report('a'), [report('b'), report('a'), stuckReport]],
])('a stuck run cannot be compared: %s', async (_, before, after) => {
  expect((await repeated(before, ...after)).result).toBeNull();
});
