import { describe, expect, it } from 'vitest';
import { expand } from '../plan/expand.ts';
import type { Plan } from '../plan/plan.ts';
import { reductions } from '../plan/reduce.ts';
import type { Judge } from './property.ts';
import { RunResources } from './run.ts';
import {
  boardPlan,
  type BoardRun,
  boardScenario,
  type Flaw,
  property,
  runBoard,
  stormy,
  user,
} from './test/notice-board.ts';

const quietJudge: Judge = { observe: () => undefined };

/** Verdict and signature of a run, and the digest to tell runs apart. */
async function fateOf(run: BoardRun): Promise<string> {
  const { failure } = await runBoard(run);
  return failure === null ? 'held' : `${failure.verdict} | ${failure.signature}`;
}

const begin =
  (label: string, act: (fail: (reason: unknown) => void) => void): Flaw =>
  (node) => {
    node.clock.startTimer({ label, owner: node.name }, 100, () =>
      act((reason) => {
        throw reason;
      }),
    );
  };

describe('a run in which all is well', () => {
  it('holds, and says what happened', async () => {
    const run = await runBoard({ plan: stormy });
    expect(run.failure).toBeNull();
    expect(run.operations).toBe(expand(stormy, boardScenario().actors).length);
    expect(run.virtualMs).toBe(4000 + 40_000 + 5000);
    expect(Object.keys(run.faults).sort()).toEqual([...new Set(stormy.faults.map(({ kind }) => kind))].sort());
    expect(run.codeHash).toBe('board');
  });

  it('leaves nothing open but what it left half open: no connection, no timer, no lease', async () => {
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

  it('counts checks and marks, and tells judges what there is', async () => {
    const run = await runBoard({
      scenario: {
        configuration: { colour: 'red' },
        properties: [
          property('checked', (view) => ({
            observe: (record) => {
              if (record.type === 'node' && record.phase === 'ready') view.check(true, () => ({ about: '', text: '' }));
              if (record.type === 'frame' && record.kind === 'open') view.mark(`open ${record.phase}`);
            },
            end: () => view.mark(JSON.stringify(view.configuration)),
          })),
          property('never checked', () => quietJudge),
        ],
      },
    });
    expect(run.checked).toEqual({ checked: 2, 'never checked': 0 });
    expect(run.marks).toMatchObject({ 'open sent': 6, '{"colour":"red"}': 1 });
  });
});

describe('verdicts', () => {
  it('violation: the first that does not hold ends the run', async () => {
    const run = await runBoard({
      scenario: {
        properties: ['first', 'second'].map((id) =>
          property(id, (view) => ({
            observe: (record) => {
              if (record.type === 'command')
                view.check(record.phase !== 'applied', () => ({ about: `a ${record.command}`, text: record.key }));
            },
          })),
        ),
      },
    });
    expect(run.failure).toMatchObject({
      verdict: 'violation',
      property: 'first',
      risk: 'TEST-1',
      signature: 'first: a set',
      text: expect.stringMatching(/^lease:/),
    });
    expect(run.failure?.step).toBe(run.steps);
    expect(run.virtualMs).toBeLessThan(4000);
  });

  it('violation: found at a quiescent step, and at the end', async () => {
    const finding = () => ({ about: 'it', text: '' });
    const quiescent = property('p', (view) => ({
      ...quietJudge,
      quiescent: () => view.check(view.nowMs < 1000, finding),
    }));
    const end = property('p', (view) => ({ ...quietJudge, end: () => view.check(false, finding) }));
    expect(await fateOf({ scenario: { properties: [quiescent] } })).toBe('violation | p: it');
    expect((await runBoard({ scenario: { properties: [end] } })).failure).toMatchObject({ atMs: 49_000 });
  });

  it.each<[string, Flaw]>([
    [
      'in start',
      () => {
        throw new TypeError('gone');
      },
    ],
    ['in a timer', begin('bad', (fail) => fail(new TypeError('gone')))],
    [
      'in a next tick',
      (node, host) =>
        begin('bad', () =>
          host.nextTick(() => {
            throw new TypeError('gone');
          }),
        )(node, host),
    ],
    ['in a rejection', begin('bad', () => void Promise.reject(new TypeError('gone')))],
    ['in a rejection of start', () => Promise.reject(new TypeError('gone')) as never],
  ])('crash: the system throws where nobody catches, %s', async (_, flaw) => {
    expect(await fateOf({ flaw })).toBe('crash | crash: TypeError');
  });

  it('crash: what a property sees of it in the same step comes after it', async () => {
    const watchful = property('p', (view) => ({
      ...quietJudge,
      quiescent: () => view.check(view.nowMs < 100, () => ({ about: 'half done', text: '' })),
    }));
    const flaw = begin('bad', (fail) => fail(new RangeError('gone')));
    expect(await fateOf({ flaw, scenario: { properties: [watchful] } })).toBe('crash | crash: RangeError');
  });

  it('escape: the way out, not the throw that follows', async () => {
    const flaw: Flaw = (node, host) =>
      begin('bad', (fail) => {
        host.escaped('fetch');
        fail(new Error('the guard'));
      })(node, host);
    const { failure } = await runBoard({ flaw });
    expect(failure).toMatchObject({
      verdict: 'escape',
      signature: 'escape: fetch',
      text: expect.stringMatching(/^node-\d tried to leave the seed by fetch$/),
    });
  });

  it('no progress: an operation that never ends, whoever it is of', async () => {
    const deaf = { ...user, operations: { ...user.operations, put: () => new Promise<never>(() => undefined) } };
    for (const seed of ['0x1', '0x2', '0x3'] as const)
      expect(await fateOf({ plan: boardPlan({ seed }), scenario: { actors: { user: deaf } } })).toBe(
        'no-progress | no-progress: user put',
      );
  });

  it('no progress: a task that is overdue, and none that ended, stated no end or died with its node', async () => {
    const task =
      (fields: Record<string, number>, endsAtMs: number | null): Flaw =>
      (node) => {
        node.probe.note('task.started', { task: 't', label: 'sweep', owner: 'o', ...fields });
        if (endsAtMs !== null)
          node.clock.startTimer({ label: 'end', owner: 'o' }, endsAtMs, () =>
            node.probe.note('task.ended', { task: 't' }),
          );
      };
    expect(await fateOf({ flaw: task({ endsWithinMs: 39_000 }, null) })).toBe('no-progress | no-progress: task sweep');
    expect(await fateOf({ flaw: task({ endsWithinMs: 39_000 }, 42_000) })).toBe('held');
    expect(await fateOf({ flaw: task({ endsWithinMs: 41_000 }, null) })).toBe('held');
    expect(await fateOf({ flaw: task({}, null) })).toBe('held');
    let lives = 0;
    const first: Flaw = (node, host) => {
      lives += 1;
      return lives === 1 ? task({ endsWithinMs: 1000 }, null)(node, host) : undefined;
    };
    const plan = boardPlan({
      nodes: 1,
      faults: [{ id: 'f', kind: 'node-crash', target: 'node-1', atMs: 1000, durationMs: 100, rate: 1 }],
    });
    expect(await fateOf({ flaw: first, plan })).toBe('held');
  });

  it('no progress: virtual time that stands still, and steps without end', async () => {
    const spin =
      (delayMs: number): Flaw =>
      (node) => {
        const again = () => void node.clock.startTimer({ label: 'spin', owner: 'o' }, delayMs, again);
        again();
      };
    expect(await fateOf({ flaw: spin(1), options: { stepsMax: 5000 } })).toBe('no-progress | no-progress: steps');
    const frozen: Flaw = (node) => {
      const redis = node.redis();
      const again = () => void redis.get('x').catch(again);
      again();
    };
    // A command that is refused at once, over and over, before there is a connection.
    expect(await fateOf({ flaw: frozen, options: { stepsMax: 3_000_000 } })).toBe('no-progress | no-progress: frozen');
  });

  const throwing = (where: 'put' | 'leave'): BoardRun['scenario'] => ({
    actors: {
      user:
        where === 'leave'
          ? {
              ...user,
              leave: () => {
                throw new Error('mine');
              },
            }
          : {
              ...user,
              operations: {
                ...user.operations,
                put: () => {
                  throw new Error('mine');
                },
              },
            },
    },
  });
  const throwingJudge = (part: Partial<Judge>): BoardRun['scenario'] => ({
    properties: [property('bad', () => ({ ...quietJudge, ...part }))],
  });
  const fail = () => {
    throw new Error('mine');
  };
  it.each<[string, BoardRun['scenario']]>([
    ['an operation that throws', throwing('put')],
    ['a leaving that throws', throwing('leave')],
    [
      'a listener of an actor that throws',
      {
        actors: {
          user: {
            ...user,
            operations: {
              ...user.operations,
              join: async ({ dial }) => {
                (await dial('node-1')).onclose = fail;
                return 'ok';
              },
            },
          },
        },
      },
    ],
    ['a judge that throws at a record', throwingJudge({ observe: (record) => record.type === 'timer' && fail() })],
    ['a judge that throws at a quiescent step', throwingJudge({ quiescent: fail })],
    ['a judge that throws at the end', throwingJudge({ end: fail })],
  ])('harness: %s', async (_, scenario) => {
    const faults = [{ id: 'f', kind: 'connection-loss', target: '*', atMs: 3000, durationMs: 0, rate: 1 }];
    const { failure } = await runBoard({ scenario, plan: boardPlan({ faults }) });
    expect(failure).toMatchObject({ verdict: 'harness', signature: 'harness' });
    expect(failure?.verdict === 'harness' && failure.text).toContain('mine');
  });

  it('a plan that does not fit the scenario is refused', async () => {
    const operation = { id: 'x.1', actor: 'user-1', name: 'fly', atMs: 1, arguments: {} };
    await expect(runBoard({ plan: boardPlan({ operations: [operation] }) })).rejects.toThrow('no operation fly');
    await expect(runBoard({ plan: boardPlan({ operations: [{ ...operation, actor: 'cat-1' }] }) })).rejects.toThrow(
      'no actor cat',
    );
  });
});

describe('the same plan', () => {
  const digestOf = async (plan: Plan, run: BoardRun = {}) => (await runBoard({ plan, ...run })).digest;

  it('gives the same digest, whatever ran before it, failed runs included', async () => {
    const first = await digestOf(stormy);
    await runBoard({ plan: boardPlan({ seed: '0x77' }) });
    expect(await digestOf(stormy)).toBe(first);
    for (const flaw of [
      begin('bad', (fail) => fail(new Error('gone'))),
      begin('bad', () => void Promise.reject(new Error('gone'))),
    ]) {
      expect((await runBoard({ plan: stormy, flaw })).failure?.verdict).toBe('crash');
      expect(await digestOf(stormy)).toBe(first);
    }
    // In the middle of all connections, opening, open and closing.
    for (const stepsMax of [40, 60, 80, 120, 200, 400, 800]) {
      await runBoard({ plan: stormy, options: { stepsMax } });
      expect(await digestOf(stormy)).toBe(first);
    }
    expect(await digestOf(stormy, { resources: new RunResources() })).toBe(first);
  });

  it('gives the same digest when runs are begun together', async () => {
    const [first, ...others] = await Promise.all([
      digestOf(stormy),
      digestOf(stormy),
      digestOf(stormy, { resources: new RunResources() }),
    ]);
    expect(others).toEqual([first, first]);
  });

  it('gives the same records, looked at closely or not', async () => {
    const close = await runBoard({ plan: stormy, options: { detailed: true } });
    const plain = await runBoard({ plan: stormy });
    expect(plain.digest).toBe(close.digest);
    expect(plain.records).toHaveLength(256);
    expect(plain.records).toEqual(close.records.slice(-256));
    expect(close.records.length).toBeGreaterThan(1000);
  });

  it('gives another digest for another seed, and for another choice', async () => {
    const first = await digestOf(stormy);
    expect(await digestOf({ ...stormy, seed: '0x1' })).not.toBe(first);
    expect(await digestOf(stormy, { options: { choices: { 'user-1/link-1/dial/0': 0.5 } } })).not.toBe(first);
    expect(await digestOf(stormy, { options: { choices: { 'nobody/0': 0.5 } } })).toBe(first);
  });

  it('gives the same digest when its cohorts are written out', async () => {
    const { actors } = boardScenario();
    const materialised = [...reductions(stormy, actors)].find(({ cohorts }) => cohorts.length === 0);
    expect(materialised?.operations.length).toBeGreaterThan(20);
    if (materialised !== undefined) expect(await digestOf(materialised)).toBe(await digestOf(stormy));
  });
});

describe('another plan with less in it', () => {
  it('leaves ids, delays and answers of all others as they were', async () => {
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

  it('leaves the keys that connections wrote as they were', async () => {
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

describe('after a run', () => {
  it.each<[string, BoardRun]>([
    ['that held', { plan: stormy }],
    ['that crashed', { flaw: begin('bad', (fail) => fail(new Error('gone'))) }],
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

  it('nothing of it goes on', async () => {
    let writes = 0;
    const counting = property('count', () => ({ observe: () => void (writes += 1) }));
    await runBoard({ scenario: { properties: [counting] }, options: { stepsMax: 300 } });
    const before = writes;
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(writes).toBe(before);
  });
});
