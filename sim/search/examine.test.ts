import { expect, test } from 'vitest';
import { confirm, planOfReport } from './examine.ts';
import type { RunJob, RunReport } from './job.ts';
import type { JobRunner } from './job-runner.ts';
import { JobError } from './worker-pool.ts';

test('a report without a plan throws an error that names its seed and what to do', () => {
  const message =
    'seed 0x5 has no plan, since a step never ended when the seed was run again; run it alone, with --seed 0x5';
  expect(() => planOfReport({ seed: '0x5' } as never)).toThrow(new JobError(message));
});

test.each([null, 'crash: at exit'])(
  'a failure whose replays end with %s is reported as it was found',
  async (signature) => {
    const failure = {
      verdict: 'escape',
      step: 5,
      atMs: 1,
      signature: 'escape: fsync',
      text: 'node-1 tried to',
    } as const;
    const plan = { seed: '0x1' } as never;
    const report = { seed: '0x1', plan, failure, digest: 'a' } as unknown as RunReport;
    const replayed = { ...report, failure: signature === null ? null : { ...failure, signature }, digest: 'b' };
    const runner = { jobs: 1, run: () => Promise.resolve(replayed) } as unknown as JobRunner;
    const finding = await confirm(runner, {} as never, { report, failure }, null);
    expect(finding).toMatchObject({ original: failure, failure, digest: 'a', replayed: { same: 0, of: 3 } });
  },
);

test('a failure that needs what earlier runs left in packages is not confirmed', async () => {
  const failure = { verdict: 'crash', step: 5, atMs: 1, signature: 'taken', text: 'the name is taken' } as const;
  const plan = { seed: '0x1' } as never;
  const report = { seed: '0x1', plan, failure, digest: 'a' } as unknown as RunReport;
  const run = (_bundle: unknown, { freshPackages = false }: RunJob) =>
    Promise.resolve(freshPackages ? { ...report, failure: null, digest: 'b' } : report);
  const runner = { jobs: 1, run } as unknown as JobRunner;
  const finding = await confirm(runner, {} as never, { report, failure }, null);
  expect(finding.replayed).toEqual({ same: 0, of: 3 });
});
