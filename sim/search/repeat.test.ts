import { expect, test } from 'vitest';
import { NO_USES } from '../run/use-counts.ts';
import type { RunJob, RunReport } from './job.ts';
import type { Bundle, JobRunner } from './job-runner.ts';
import { compareRepeated, repeating } from './repeat.ts';
import { stuck } from './test/check-campaign.ts';

const report = (digest: string): RunReport => ({
  kind: 'run',
  seed: '0x1',
  digest,
  codeHash: 'code',
  steps: 10,
  virtualMs: 100,
  operations: 3,
  randomValues: 0,
  uses: NO_USES,
  faults: {},
  checked: {},
  marks: {},
  failure: null,
});
const stuckReport: RunReport = { ...report(''), failure: stuck };

const job: RunJob = { kind: 'run', seed: '0x1' };

/** Compares a run with its repetition. `detailed`: the reports of the runs that follow. */
async function compared(before: RunReport, detailed: RunReport | null = null) {
  const jobs: RunJob[] = [];
  const run = (_bundle: Bundle, next: RunJob) => {
    jobs.push(next);
    return Promise.resolve(detailed);
  };
  const runner = { run } as unknown as JobRunner;
  return { result: await compareRepeated(runner, { codeHash: 'code' }, job, before), jobs };
}

const both = (first: string, second: string): RunReport => ({ ...report(first), again: report(second) });

test('a run that repeats exactly does not fail', async () => {
  expect(await compared(both('a', 'a'))).toEqual({ result: null, jobs: [] });
});

test('a run that differs when repeated is nondeterminism', async () => {
  const { result, jobs } = await compared(both('a', 'b'), both('a', 'b'));
  expect(result?.failure).toMatchObject({
    verdict: 'nondeterminism',
    text: expect.stringContaining('have the digests a and b'),
  });
  expect(jobs).toEqual([{ ...repeating(job), detailed: true }]);
});

test.each([
  ['a run that is not repeated', report('a'), null],
  ['a run that is stuck, or whose repetition is', stuckReport, null],
  ['a detailed run that is stuck', both('a', 'b'), stuckReport],
])('%s cannot be compared', async (_, before, detailed) => {
  expect((await compared(before, detailed)).result).toBeNull();
});
