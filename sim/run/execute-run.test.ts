import { describe, expect, it } from 'vitest';
import { expand } from '../plan/expand.ts';
import type { Plan } from '../plan/plan.ts';
import { reductions } from '../plan/reduce.ts';
import { RunResources } from './execute-run.ts';
import type { RunResult } from './run-result.ts';
import {
  boardPlan,
  type BoardRun,
  boardScenario,
  later,
  property,
  quietJudge,
  runBoard,
  stormy,
} from './test/notice-board.ts';

describe('a run without failures', () => {
  it('passes and counts its events', async () => {
    const run = await runBoard({ plan: stormy });
    expect(run.failure).toBeNull();
    expect(run.operations).toBe(expand(stormy, boardScenario().actors).length);
    expect(run.virtualMs).toBe(4000 + 40_000 + 5000);
    expect(Object.keys(run.faults).sort()).toEqual([...new Set(stormy.faults.map(({ kind }) => kind))].sort());
    expect(run.codeHash).toBe('board');
  });

  it('leaves no connection, timer or lease, except those of half-open connections', async () => {
    let left: unknown = null;
    await runBoard({
      plan: stormy,
      scenario: {
        properties: [
          property('clean', ({ ledger }) => ({
            ...quietJudge,
            end: () => {
              left = [
                ledger.connections().map(({ link }) => link),
                ledger.nodes().flatMap((node) => ledger.timers(node)).length,
                ledger.redisKeys().filter((key) => key.startsWith('lease')).length,
              ];
            },
          })),
        ],
      },
    });
    expect(left).toEqual([['user-6#1'], 1, 1]);
  });

  it('counts checks and marks, and passes the configuration to checkers', async () => {
    const run = await runBoard({
      scenario: {
        configuration: { colour: 'red' },
        properties: [
          {
            ...property('checked', (view) => ({
              observe: (record) => {
                if (record.type === 'node' && record.phase === 'ready')
                  view.check(true, () => ({ subject: '', text: '' }));
                if (record.type === 'frame' && record.kind === 'open') view.mark(`open ${record.phase}`);
              },
              end: () => view.mark(JSON.stringify(view.configuration)),
            })),
            marks: ['open sent', 'open delivered', '{"colour":"red"}', 'never'],
          },
          property('never checked', () => quietJudge),
        ],
      },
    });
    expect(run.checked).toEqual({ checked: 2, 'never checked': 0 });
    expect(run.marks).toMatchObject({ 'open sent': 6, '{"colour":"red"}': 1, never: 0 });
  });
});

describe('the same plan', () => {
  const digestOf = async (plan: Plan, run: BoardRun = {}) => (await runBoard({ plan, ...run })).digest;

  it('gives the same digest after any other runs, including failed ones', async () => {
    const first = await digestOf(stormy);
    await runBoard({ plan: boardPlan({ seed: '0x77' }) });
    expect(await digestOf(stormy)).toBe(first);
    for (const flaw of [
      later((fail) => fail(new Error('gone'))),
      later(() => void Promise.reject(new Error('gone'))),
    ]) {
      expect((await runBoard({ plan: stormy, flaw })).failure?.verdict).toBe('crash');
      expect(await digestOf(stormy)).toBe(first);
    }
    // Ends runs while connections are opening, open and closing.
    for (const stepsMax of [40, 60, 80, 120, 200, 400, 800]) {
      await runBoard({ plan: stormy, options: { stepsMax } });
      expect(await digestOf(stormy)).toBe(first);
    }
    expect(await digestOf(stormy, { resources: new RunResources() })).toBe(first);
  });

  it('gives the same digest when runs start concurrently', async () => {
    const [first, ...others] = await Promise.all([
      digestOf(stormy),
      digestOf(stormy),
      digestOf(stormy, { resources: new RunResources() }),
    ]);
    expect(others).toEqual([first, first]);
  });

  it('gives the same records with and without details', async () => {
    const close = await runBoard({ plan: stormy, options: { detailed: true } });
    const plain = await runBoard({ plan: stormy });
    expect(plain.digest).toBe(close.digest);
    expect(plain.records).toHaveLength(256);
    expect(plain.records).toEqual(close.records.slice(-256));
    expect(close.records.length).toBeGreaterThan(1000);
  });

  it('gives a different digest for a different seed or choice', async () => {
    const first = await digestOf(stormy);
    expect(await digestOf({ ...stormy, seed: '0x1' })).not.toBe(first);
    expect(await digestOf(stormy, { options: { choices: { 'user-1/link-1/dial/0': 0.5 } } })).not.toBe(first);
    expect(await digestOf(stormy, { options: { choices: { 'nobody/0': 0.5 } } })).toBe(first);
  });

  it('gives the same digest when its cohorts are expanded', async () => {
    const { actors } = boardScenario();
    const materialised = [...reductions(stormy, actors)].find(({ cohorts }) => cohorts.length === 0);
    expect(materialised?.operations.length).toBeGreaterThan(20);
    if (materialised !== undefined) expect(await digestOf(materialised)).toBe(await digestOf(stormy));
  });
});

describe('a plan with fewer parts', () => {
  it('keeps ids, delays and answers of the remaining actors', async () => {
    const linesOf = async (count: number) => {
      const { records } = await runBoard({
        plan: boardPlan({ cohorts: [{ actor: 'user', count, operationsMax: 4 }] }),
        options: { detailed: true },
      });
      return records
        .map(({ step: _, ...record }) => JSON.stringify({ ...record, number: null }))
        .filter((line) => /user-[1-4]\b/.test(line));
    };
    const [some, all] = [await linesOf(4), await linesOf(6)];
    expect(some.length).toBeGreaterThan(50);
    expect(all).toEqual(some);
  });

  it('keeps the keys that the remaining connections write', async () => {
    const keysOf = async (count: number) => {
      const { records } = await runBoard({
        plan: boardPlan({ nodes: 1, cohorts: [{ actor: 'user', count, operationsMax: 4 }] }),
        options: { detailed: true },
      });
      return new Set(
        records.flatMap((record) => (record.type === 'command' && record.command === 'set' ? [record.key] : [])),
      );
    };
    const [some, all] = [await keysOf(4), await keysOf(6)];
    expect(some.size).toBeGreaterThan(3);
    expect([...some].filter((key) => !all.has(key))).toEqual([]);
    expect(all.size).toBeGreaterThan(some.size);
  });
});

describe('the heal', () => {
  const deploy = { id: 'fault-1', kind: 'deploy', target: 'node-1', atMs: 3900, durationMs: 100, rate: 1 };
  const phasesOf = (run: RunResult) =>
    run.records.flatMap((record) =>
      (record.type === 'fault' && record.id === 'run') || (record.type === 'node' && record.process > 1)
        ? [[record.type === 'fault' ? record.kind : record.phase, Math.round(record.atMs)]]
        : [],
    );

  it('comes when a node that is being deployed serves again, and the time to settle after it', async () => {
    const run = await runBoard({
      plan: boardPlan({ nodes: 1, cohorts: [], chaosMs: 4000, faults: [deploy] }),
      scenario: { settleMs: 40_000, leaveMs: 5000 },
      flaw: (node) => ({
        stop: () => new Promise((resolve) => node.clock.startTimer({ label: 'stop', owner: 'test' }, 3000, resolve)),
      }),
      options: { detailed: true },
    });
    expect(run.failure).toBeNull();
    const [started = [], ...later] = phasesOf(run);
    const restartedAtMs = Number(started[1]);
    expect(restartedAtMs).toBeGreaterThanOrEqual(3900 + 3000 + 500);
    expect([started, ...later]).toEqual([
      ['started', restartedAtMs],
      ['ready', restartedAtMs],
      ['heal', restartedAtMs],
      ['settled', restartedAtMs + 40_000],
      ['left', restartedAtMs + 45_000],
    ]);
  });

  it('does not wait longer for a node that never starts', async () => {
    const run = await runBoard({
      plan: boardPlan({ nodes: 1, cohorts: [], chaosMs: 4000, faults: [] }),
      scenario: { settleMs: 40_000, operationMs: 10_000 },
      flaw: () => new Promise(() => undefined) as never,
      options: { detailed: true },
    });
    expect(phasesOf(run)).toEqual([
      ['heal', 4000 + 10_500 + 10_000],
      ['settled', 64_500],
    ]);
    expect(run.failure).toMatchObject({ verdict: 'no-progress' });
  });
});

describe('an operation that is planned for the heal or later', () => {
  it('never begins, and does not change the run', async () => {
    const put = (atMs: number) => ({ id: `user-1.${atMs}`, actor: 'user-1', name: 'put', atMs, arguments: {} });
    const plan = boardPlan({ cohorts: [], operations: [100, 200].map(put) });
    const late = [plan.chaosMs, plan.chaosMs + 700].map(put);
    const run = await runBoard({
      plan: { ...plan, operations: [...plan.operations, ...late] },
      options: { detailed: true },
    });
    const begun = run.records.flatMap((record) =>
      record.type === 'operation' && record.phase === 'begin' ? [record.id] : [],
    );
    expect(begun).toEqual(['user-1.100', 'user-1.200']);
    expect(run.digest).toBe((await runBoard({ plan })).digest);
  });
});

describe('values that actors draw by ambient names', () => {
  it('do not change when other actors are left out', async () => {
    const drawn = async (count: number) => {
      const resources = new RunResources();
      const draws: Record<string, number[]> = {};
      const draw = () => resources.currentHost()?.fraction('Math.random') ?? Number.NaN;
      const scripted = boardScenario().actors['user']!;
      const put: (typeof scripted.operations)[string] = (context) => {
        draws[context.name] = [...(draws[context.name] ?? [context.state as number]), draw(), draw()];
        return Promise.resolve('ok');
      };
      const user = { ...scripted, create: draw, leave: () => undefined, operations: { join: put, put } };
      await runBoard({
        plan: boardPlan({ cohorts: [{ actor: 'user', count, operationsMax: 4 }] }),
        scenario: { actors: { user } },
        resources,
      });
      return draws;
    };
    const [some, all] = [await drawn(3), await drawn(6)];
    expect(Object.keys(some)).toHaveLength(3);
    expect(new Set(Object.values(all).flat()).size).toBe(Object.values(all).flat().length);
    expect(all).toMatchObject(some);
  });
});

describe('after a run', () => {
  it.each<[string, BoardRun]>([
    ['that held', { plan: stormy }],
    ['that crashed', { flaw: later((fail) => fail(new Error('gone'))) }],
    [
      'whose judge threw',
      {
        scenario: {
          properties: [
            property('bad', () => ({
              observe: () => {
                throw new Error('mine');
              },
            })),
          ],
        },
      },
    ],
  ])('%s everything ambient is the real thing again', async (_, run: BoardRun) => {
    const resources = new RunResources();
    const ambient = () => [setTimeout, clearTimeout, setInterval, setImmediate, Date, Math.random, process.nextTick];
    const before = ambient();
    const seen: unknown[][] = [];
    const spy = property('spy', () => ({ observe: () => void (seen.length === 0 && seen.push(ambient())) }));
    const properties = [spy, ...(run.scenario?.properties ?? [])];
    await runBoard({ ...run, scenario: { ...run.scenario, properties }, resources });
    expect(ambient().every((item, index) => item === before[index])).toBe(true);
    expect(seen[0]?.filter((item, index) => item === before[index])).toEqual([]);
    expect([resources.world, resources.currentHost()]).toEqual([null, null]);
  });

  it('no code of the run continues', async () => {
    let writes = 0;
    const counting = property('count', () => ({ observe: () => void (writes += 1) }));
    await runBoard({ scenario: { properties: [counting] }, options: { stepsMax: 300 } });
    const before = writes;
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(writes).toBe(before);
  });
});
