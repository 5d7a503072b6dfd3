import { describe, expect, it } from 'vitest';
import { JobError } from './worker-pool.ts';
import { check, type Setting, stuck, violation } from './test/check-campaign.ts';

describe('the failures of one signature', () => {
  it('keeps the smallest of the first few seeds', async () => {
    const operations = [6, 7, 3, 2, 1];
    const setting: Setting = {
      seeds: 5,
      fails: () => violation('p: a'),
      shrink: () => ({ operations: operations.shift() ?? 0, faults: 0, choices: 9 }),
    };
    const campaign = await check(setting);
    expect(campaign.findings.map(({ plan: { operations: left }, replaces }) => [left.length, replaces])).toEqual([
      [6, undefined],
      [3, true],
    ]);
    expect(campaign.totals.failures.get('p: a')).toMatchObject({ seed: '0x1', count: 5 });
    // A plan that is not smaller is not replayed.
    expect(campaign.jobs.filter(({ kind }) => kind === 'shrink')).toHaveLength(3);
    expect(campaign.jobs.filter((job) => job.kind === 'run' && job.plan !== undefined)).toHaveLength(6);
  });

  it('shrinks further seeds that start smaller than the kept one', async () => {
    const campaign = await check({
      seeds: 9,
      fails: () => violation('p: a'),
      shrink: () => ({ operations: 4, faults: 0, choices: 9 }),
    });
    // Each run of the fake has three operations.
    expect(campaign.jobs.filter(({ kind }) => kind === 'shrink')).toHaveLength(9);
    expect(campaign.findings).toHaveLength(1);
  });

  it('spends the budget of one failure on each signature', async () => {
    const budgets: number[] = [];
    const campaign = await check({
      seeds: 6,
      runMs: 2000,
      fails: () => violation('p: a'),
      shrink: ({ budgetMs }) => {
        budgets.push(budgetMs);
        return { operations: 5, faults: 0, choices: 9 };
      },
    });
    expect(campaign.findings).toHaveLength(1);
    expect(budgets).toEqual([5000]);
  });

  it('reports the smallest plan with its replays', async () => {
    const { findings } = await check({ seeds: 1, fails: () => violation('p: a') });
    expect(findings).toMatchObject([
      {
        plan: { operations: [{}] },
        shrunk: { before: { operations: 9 }, after: { operations: 1 }, runs: 4 },
        replayed: { same: 3, of: 3 },
        original: { signature: 'p: a' },
      },
    ]);
  });

  it('counts the replays that differ or do not fail', async () => {
    const differing = await check({
      seeds: 1,
      fails: () => violation('p: a'),
      replay: (_, count) => ({ digest: `${count}` }),
    });
    expect(differing.findings[0]?.replayed).toEqual({ same: 1, of: 3 });
    const gone = await check({ seeds: 1, fails: () => violation('p: a'), replay: () => ({ failure: null }) });
    expect(gone.findings).toMatchObject([
      { replayed: { same: 0, of: 3 }, shrunk: null, plan: { operations: { length: 9 } } },
    ]);
  });

  it('runs a stuck seed up to the step before for its plan, and does not shrink it', async () => {
    const campaign = await check({ seeds: 1, fails: () => stuck });
    expect(campaign.jobs.at(-1)).toMatchObject({ kind: 'run', stepsMax: stuck.step - 1 });
    expect(campaign.jobs.some((job) => job.kind === 'shrink')).toBe(false);
    expect(campaign.findings).toMatchObject([
      { failure: { verdict: 'stuck', atMs: 100 }, plan: { operations: { length: 9 } }, shrunk: null },
    ]);
  });

  it('keeps the plan when a smaller one is stuck', async () => {
    const { findings } = await check({
      seeds: 1,
      fails: () => violation('p: a'),
      shrink: () => {
        throw new JobError('a smaller plan is stuck', true);
      },
    });
    expect(findings).toMatchObject([
      { shrunk: null, plan: { operations: { length: 9 } }, replayed: { same: 3, of: 3 } },
    ]);
  });
});
