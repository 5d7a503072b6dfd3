import { describe, expect, it } from 'vitest';
import { RUNS_LONG_TESTS } from '../cli/test/long.ts';
import { formatSeed } from '../kernel/seed.ts';
import { planOf } from '../plan/arbitrary.ts';
import type { Plan } from '../plan/plan.ts';
import type { Property } from '../run/property.ts';
import { RunResources } from '../run/execute-run.ts';
import { boardImage, boardPlan, boardScenario, property, stormy } from '../run/test/notice-board.ts';
import { type LoadedScenario, runJob, shapeOf } from './run-job.ts';

const resources = new RunResources();

/**
 * No red notice after a node has crashed. To fail, it takes one crash, and then one notice on a
 * running node.
 */
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

function board(properties: readonly Property[] = []): LoadedScenario {
  const reload = (): LoadedScenario => board(properties);
  // Short phases after the faults: nothing fails in them, and the board renews its leases there.
  const scenario = boardScenario({ properties, settleMs: 10_000, leaveMs: 2000 });
  return { scenario, image: boardImage(), resources, reload };
}

/** A clock that advances by one at each call. */
function clock(): { nowMs: () => number } {
  let nowMs = 0;
  return { nowMs: () => (nowMs += 1) };
}

describe('a run job', () => {
  it('runs the plan of its seed, and reports the plan only when detailed', async () => {
    const loaded = board();
    const brief = await runJob(loaded, { kind: 'run', seed: '0x7' }, clock());
    const detailed = await runJob(loaded, { kind: 'run', seed: '0x7', detailed: true }, clock());
    expect([brief.plan, brief.records]).toEqual([undefined, undefined]);
    expect(detailed.plan).toEqual(planOf('0x7', shapeOf(loaded.scenario)));
    expect(detailed.records?.length).toBeGreaterThan(10);
    expect(detailed.digest).toBe(brief.digest);
    expect(brief.choices).toBeUndefined();
    expect(Object.keys(detailed.choices ?? {})).toContain('user-1/link-1/dial/0');
    expect(brief).toMatchObject({ kind: 'run', seed: '0x7', failure: null, codeHash: 'board' });
  });

  it('generates a plan of the given sizes', async () => {
    const report = await runJob(
      board(),
      { kind: 'run', seed: '0x7', sizes: { clients: 3, nodes: 1 }, detailed: true },
      clock(),
    );
    expect(report.plan).toMatchObject({ nodes: 1, cohorts: [{ count: 3 }] });
  });

  it('has a report that survives structured clone', async () => {
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

  it('shrinks a real failure, from a plan that was read from a file', async () => {
    const loaded = board([noRedAfterCrash]);
    const plan = JSON.parse(JSON.stringify(stormy)) as Plan;
    const report = await runJob(loaded, { kind: 'shrink', plan, signature, failedAtMs, budgetMs: 1_000_000 }, clock());
    expect(report.before).toEqual({ operations: 39, faults: 7, choices: 225 });
    expect(report.after.faults).toBe(1);
    expect(report.after.operations).toBeLessThanOrEqual(2);
    expect(report.plan.faults).toMatchObject([{ kind: 'node-crash' }]);
    const { plan: smallest, choices } = report;
    // When a notice is in flight while the node crashes, no other choice is needed.
    expect([smallest.minimal, report.after.choices <= 1]).toEqual([true, true]);
    const again = await runJob(loaded, { kind: 'run', seed: smallest.seed, plan: smallest, choices }, clock());
    expect(again.failure?.signature).toBe(signature);
    expect(plan).toEqual(stormy);
  });

  it('keeps to the signature of the failure', async () => {
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

  it('stops when its budget is used up, with a plan that is not larger', async () => {
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

  it('returns the same plan when no smaller one fails', async () => {
    const plan = boardPlan({ cohorts: [] });
    const report = await runJob(board(), { kind: 'shrink', plan, signature, failedAtMs, budgetMs: 1000 }, clock());
    expect(report.plan).toEqual(plan);
  });
});

describe('many seeds', () => {
  it('hold for a correct system, whatever the faults', async () => {
    const loaded = board();
    for (let number = 1; number <= (RUNS_LONG_TESTS ? 60 : 20); number += 1) {
      const report = await runJob(loaded, { kind: 'run', seed: formatSeed(BigInt(number)) }, clock());
      expect(report.failure, report.seed).toBeNull();
    }
  });
});
