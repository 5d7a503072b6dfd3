import { expect, test } from 'vitest';
import { NO_USES } from '../run/use-counts.ts';
import type { RunJob, RunReport } from './job.ts';
import type { JobRunner } from './job-runner.ts';
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
const neverCameBack: RunReport = { ...report(''), failure: stuck };

/** What comes of it when the runs after the first give these. */
async function repeated(before: RunReport, ...after: RunReport[]) {
  const jobs: RunJob[] = [];
  const run = (_bundle: number, job: RunJob) => {
    jobs.push(job);
    return Promise.resolve(after[jobs.length - 1]);
  };
  return { result: await repeat({ run } as unknown as JobRunner, 0, { kind: 'run', seed: '0x1' }, before), jobs };
}

test('the same again is nothing to tell, and evaluates the modules anew', async () => {
  const { result, jobs } = await repeated(report('a'), report('a'));
  expect(result).toBeNull();
  expect(jobs).toEqual([{ kind: 'run', seed: '0x1', freshModules: true }]);
});

test('another run is nondeterminism', async () => {
  const { result } = await repeated(report('a'), report('b'), report('a'), report('b'));
  expect(result?.failure).toMatchObject({
    verdict: 'nondeterminism',
    text: expect.stringContaining('gave a and then b'),
  });
});

test('one that never came back is not run again', async () => {
  expect(await repeated(neverCameBack, report('a'))).toEqual({ result: null, jobs: [] });
});

test.each([
  ['the second', report('a'), [neverCameBack]],
  ['one that is looked at closely', report('a'), [report('b'), neverCameBack, report('b')]],
  ['the other that is', report('a'), [report('b'), report('a'), neverCameBack]],
])('a run that was stopped from outside says nothing: %s', async (_, before, after) => {
  expect((await repeated(before, ...after)).result).toBeNull();
});
