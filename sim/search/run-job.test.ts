import { describe, expect, it } from 'vitest';
import { formatSeed } from '../kernel/seed.ts';
import { planOf } from '../plan/arbitrary.ts';
import type { Plan } from '../plan/plan.ts';
import type { Property } from '../run/property.ts';
import { RunResources } from '../run/execute-run.ts';
import { boardImage, boardPlan, boardScenario, property, stormy } from '../run/test/notice-board.ts';
import { type Loaded, runJob, shapeOf } from './run-job.ts';

const resources = new RunResources();

/** Red notices must not be put while a node has crashed once: needs one crash, and one notice after it on a node that lives. */
const noRedAfterCrash: Property = property('no-red', (view) => {
  let crashed = false;
  return {
    observe: (record) => {
      if (record.type === 'node' && record.phase === 'crashed') crashed = true;
      if (
        record.type === 'frame' &&
        record.direction === 'up' &&
        record.kind === 'text' &&
        record.phase === 'delivered'
      )
        view.check(!crashed || record.text !== 'red', () => ({ subject: 'a red notice', text: record.client }));
    },
  };
});

function board(properties: readonly Property[] = []): Loaded {
  return { scenario: boardScenario({ properties }), image: boardImage(), resources };
}

/** Wall time that moves by one at each look. */
function clock(): { nowMs: () => number } {
  let nowMs = 0;
  return { nowMs: () => (nowMs += 1) };
}

describe('a run job', () => {
  it('runs the plan of its seed, and says it only when it is wanted', async () => {
    const loaded = board();
    const plain = await runJob(loaded, { kind: 'run', seed: '0x7' }, clock());
    const close = await runJob(loaded, { kind: 'run', seed: '0x7', detailed: true }, clock());
    expect([plain.plan, plain.records]).toEqual([undefined, undefined]);
    expect(close.plan).toEqual(planOf('0x7', shapeOf(loaded.scenario)));
    expect(close.records?.length).toBeGreaterThan(10);
    expect(close.digest).toBe(plain.digest);
    expect(plain.choices).toBeUndefined();
    expect(Object.keys(close.choices ?? {})).toContain('user-1/link-1/dial/0');
    expect(plain).toMatchObject({ kind: 'run', seed: '0x7', failure: null, codeHash: 'board' });
  });

  it('keeps to the sizes that are fixed', async () => {
    const report = await runJob(
      board(),
      { kind: 'run', seed: '0x7', sizes: { clients: 3, nodes: 1 }, detailed: true },
      clock(),
    );
    expect(report.plan).toMatchObject({ nodes: 1, cohorts: [{ count: 3 }] });
  });

  it('crosses threads', async () => {
    const report = await runJob(
      board([noRedAfterCrash]),
      { kind: 'run', seed: '0x7', plan: stormy, detailed: true },
      clock(),
    );
    expect(report.failure).toMatchObject({ signature: 'no-red: a red notice' });
    expect(structuredClone(report)).toEqual(report);
  });
});

describe('a shrink job', () => {
  const signature = 'no-red: a red notice';
  const failedAtMs = 2000;

  it('makes a real failure small, from a plan that came from a file', async () => {
    const loaded = board([noRedAfterCrash]);
    const plan = JSON.parse(JSON.stringify(stormy)) as Plan;
    const report = await runJob(loaded, { kind: 'shrink', plan, signature, failedAtMs, budgetMs: 1_000_000 }, clock());
    expect(report.before).toEqual({ operations: 39, faults: 7, choices: 224 });
    expect(report.after.faults).toBe(1);
    expect(report.after.operations).toBeLessThanOrEqual(2);
    expect(report.plan.faults).toMatchObject([{ kind: 'node-crash' }]);
    const { plan: smallest, choices } = report;
    // With a notice under way when the node crashes, fewer others are needed.
    expect([smallest.minimal, report.after.choices <= 1]).toEqual([true, true]);
    const again = await runJob(loaded, { kind: 'run', seed: smallest.seed, plan: smallest, choices }, clock());
    expect(again.failure?.signature).toBe(signature);
    expect(plan).toEqual(stormy);
  });

  it('does not take another failure for the one it is after', async () => {
    const other = property('other', (view) => ({
      observe: () => undefined,
      end: () => view.check(false, () => ({ subject: 'always', text: '' })),
    }));
    const report = await runJob(
      board([noRedAfterCrash, other]),
      { kind: 'shrink', plan: stormy, signature, failedAtMs, budgetMs: 200 },
      clock(),
    );
    expect(report.plan.faults.map(({ kind }) => kind)).toContain('node-crash');
  });

  it('stops when its budget is used up, never larger than it began', async () => {
    for (let budgetMs = 1; budgetMs < 40; budgetMs += 8) {
      const report = await runJob(
        board([noRedAfterCrash]),
        { kind: 'shrink', plan: stormy, signature, failedAtMs, budgetMs },
        clock(),
      );
      expect(report.runs).toBeLessThanOrEqual(budgetMs);
      expect(report.after.operations).toBeLessThanOrEqual(report.before.operations);
      expect(report.after.faults).toBeLessThanOrEqual(report.before.faults);
    }
  });

  it('gives back a plan that nothing smaller fails like', async () => {
    const plan = boardPlan({ cohorts: [] });
    const report = await runJob(board(), { kind: 'shrink', plan, signature, failedAtMs, budgetMs: 1000 }, clock());
    expect(report.plan).toEqual(plan);
  });
});

describe('many seeds', () => {
  it('of a system without flaws hold, with whatever faults', async () => {
    const loaded = board();
    for (let number = 1; number <= 60; number += 1) {
      const report = await runJob(loaded, { kind: 'run', seed: formatSeed(BigInt(number)) }, clock());
      expect(report.failure, report.seed).toBeNull();
    }
  });
});
