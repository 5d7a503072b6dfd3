import { expect, test } from 'vitest';
import type { Seed } from '../../kernel/seed.ts';
import { expand } from '../../plan/expand.ts';
import { planOf } from '../../plan/arbitrary.ts';
import type { Plan } from '../../plan/plan.ts';
import { RunResources } from '../../run/execute-run.ts';
import type { Property } from '../../run/property.ts';
import { boardImage, boardScenario, property, stormy } from '../../run/test/notice-board.ts';
import type { JobRunner } from '../job-runner.ts';
import { type LoadedScenario, runJob, shapeOf } from '../run-job.ts';
import { whenDecided } from './decided.ts';
import { futurePlan } from './future-plan.ts';

/** Fails with the second frame that arrives after a node has crashed: the crash decides. */
const noCrash: Property = property('no-crash', (view) => {
  let crashed = false;
  let notices = 0;
  return {
    observe: (record) => {
      if (record.type === 'node' && record.phase === 'crashed') crashed = true;
      if (record.type === 'frame' && record.kind === 'text' && record.phase === 'delivered' && crashed) notices += 1;
      view.check(notices < 2, () => ({ subject: 'a crash', text: '' }));
    },
  };
});

const always: Property = property('always', (view) => {
  let records = 0;
  return {
    observe: () => {
      records += 1;
      view.check(records < 200, () => ({ subject: 'records', text: '' }));
    },
  };
});

/** No other plan has a crash, so that all futures from a step fail or none of them does. */
const FUTURES = 4;

const resources = new RunResources();
const nowMs = (): number => 0;

function board(broken: Property): LoadedScenario {
  const load = (): LoadedScenario => ({
    // Futures that hold run to their end, and nothing that decides happens while they settle.
    scenario: boardScenario({ properties: [broken], settleMs: 6000, leaveMs: 1000 }),
    image: boardImage(),
    resources,
    reload: load,
  });
  return load();
}

function searchIn(loaded: LoadedScenario) {
  const { scenario } = loaded;
  const writtenOut = (plan: Plan): Plan => ({ ...plan, cohorts: [], operations: expand(plan, scenario.actors) });
  const runner: JobRunner = { jobs: 1, run: (_bundle, job) => runJob(loaded, job, { nowMs }), close: async () => {} };
  const plan = writtenOut(stormy);
  // Other crashes would decide, too.
  const shape = shapeOf(scenario, { faults: ['-node'] });
  const otherPlan = (seed: Seed): Plan => writtenOut(planOf(seed, shape, { nodes: stormy.nodes, clients: 12 }));
  const run = (future?: { step: number; seed: Seed }, changed = plan) =>
    runJob(loaded, { kind: 'run', seed: plan.seed, plan: changed, detailed: true, future }, { nowMs });
  return { runner, plan, otherPlan, run };
}

async function decide(broken: Property) {
  const { runner, plan, otherPlan, run } = searchIn(board(broken));
  const report = await run();
  const { failure } = report;
  if (failure === null) throw new Error('it did not fail');
  const bundle = { codeHash: 'board' } as never;
  return { report, decided: await whenDecided(runner, bundle, { plan, report, failure, otherPlan, futures: FUTURES }) };
}

test('the step in which the fault begins is named, if the crash decides', async () => {
  const { report, decided } = await decide(noCrash);
  const fault = report.records?.find((record) => record.type === 'fault' && record.kind === 'node-crash');
  expect(fault?.step).toBeGreaterThan(10);
  expect(decided.jump?.step).toBe(fault?.step);
  expect(decided.jump).toMatchObject({ from: 0, to: 1 });
});

test('a failure that comes whatever happens is decided by the plan', async () => {
  const { decided } = await decide(always);
  expect(decided.jump).toBeNull();
  expect(Math.min(...decided.points.map(({ failed }) => failed))).toBe(FUTURES);
});

test('a future has the same records up to its step, and others after it', async () => {
  const { plan, otherPlan, run } = searchIn(board(noCrash));
  const { records = [] } = await run();
  const last = records.at(-1)?.step ?? 0;
  for (let step = 1; step < last; step += Math.ceil(last / 12)) {
    const atMs = records.findLast((record) => record.step < step)?.atMs ?? 0;
    const future = await run({ step, seed: '0x99' }, futurePlan(plan, otherPlan('0x99'), atMs));
    const before = records.filter((record) => record.step < step);
    expect(future.records?.slice(0, before.length)).toEqual(before);
    expect(future.records).not.toEqual(records);
  }
});

test('the plan of a future has what has begun, then what another plan has', () => {
  const operation = (id: string, atMs: number) => ({ id, actor: 'user-1', name: 'put', atMs, arguments: {} });
  const fault = (id: string, atMs: number, durationMs: number) =>
    ({ id, kind: 'latency', target: '*', atMs, durationMs, rate: 1 }) as const;
  const plan = {
    ...stormy,
    cohorts: [],
    operations: [operation('user-1.1', 10), operation('user-1.2', 900)],
    faults: [fault('fault-1', 100, 50), fault('fault-2', 800, 50)],
  };
  const other = {
    ...plan,
    operations: [operation('user-1.1', 50), operation('user-1.2', 600), operation('user-1.3', 4000)],
    faults: [fault('fault-1', 20, 50), fault('fault-2', 3900, 500)],
  };
  const { operations, faults } = futurePlan(plan, other, 500);
  expect(operations.map(({ id, atMs }) => [id, atMs])).toEqual([
    ['user-1.1', 10],
    ['user-1.1000002', 600],
  ]);
  expect(faults.map(({ id, atMs, durationMs }) => [id, atMs, durationMs])).toEqual([
    ['fault-1', 100, 50],
    ['fault-1000002', 3900, 100],
  ]);
});

test('a search that is interrupted has no result', async () => {
  const { runner, plan, otherPlan, run } = searchIn(board(noCrash));
  const report = await run();
  const { failure } = report;
  if (failure === null) throw new Error('it did not fail');
  const signal = AbortSignal.abort();
  const search = { plan, report, failure, otherPlan, signal };
  await expect(whenDecided(runner, { codeHash: 'board' } as never, search)).rejects.toThrow('aborted');
});
