import { describe, expect, it } from 'vitest';
import type { Checker } from './property.ts';
import { boardPlan, type BoardRun, type Flaw, later, property } from './test/notice-board.ts';
import { quietJudge, runBoard, user } from './test/notice-board.ts';

/** Returns the verdict and the signature. */
async function fateOf(run: BoardRun): Promise<string> {
  const { failure } = await runBoard(run);
  return failure === null ? 'held' : `${failure.verdict} | ${failure.signature}`;
}

describe('verdicts', () => {
  it('violation: the first failed check ends the run', async () => {
    const run = await runBoard({
      scenario: {
        properties: ['first', 'second'].map((id) =>
          property(id, (view) => ({
            observe: (record) => {
              if (record.type === 'command')
                view.check(record.phase !== 'applied', () => ({ subject: `a ${record.command}`, text: record.key }));
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

  it('violation: a check fails at a quiescent step, or at the end', async () => {
    const finding = () => ({ subject: 'it', text: '' });
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
    ['in a timer', later((fail) => fail(new TypeError('gone')))],
    [
      'in a next tick',
      (node, host) =>
        later(() =>
          host.nextTick(() => {
            throw new TypeError('gone');
          }),
        )(node, host),
    ],
    ['in a rejection', later(() => void Promise.reject(new TypeError('gone')))],
    ['in a rejection of start', () => Promise.reject(new TypeError('gone')) as never],
  ])('crash: the system throws without a handler, %s', async (_, flaw) => {
    expect(await fateOf({ flaw })).toBe('crash | crash: TypeError');
  });

  it('crash: any value can be thrown', async () => {
    expect(await fateOf({ flaw: later((fail) => fail(Object.create(null) as Error)) })).toBe('crash | crash: object');
    expect(await fateOf({ flaw: later((fail) => fail('a text' as never)) })).toBe('crash | crash: string');
  });

  it('crash: takes precedence over a violation in the same step', async () => {
    const watchful = property('p', (view) => ({
      ...quietJudge,
      quiescent: () => view.check(view.nowMs < 100, () => ({ subject: 'half done', text: '' })),
    }));
    const flaw = later((fail) => fail(new RangeError('gone')));
    expect(await fateOf({ flaw, scenario: { properties: [watchful] } })).toBe('crash | crash: RangeError');
  });

  it('the first of a violation and a throwing checker in one step counts', async () => {
    const broken = property('broken', () => ({
      ...quietJudge,
      quiescent: () => {
        throw new Error('a checker');
      },
    }));
    const watchful = property('watchful', (view) => ({
      ...quietJudge,
      quiescent: () => view.check(false, () => ({ subject: 'half done', text: '' })),
    }));
    expect(await fateOf({ scenario: { properties: [watchful, broken] } })).toBe('violation | watchful: half done');
    expect(await fateOf({ scenario: { properties: [broken, watchful] } })).toBe(
      'scenario-error | scenario-error: property broken',
    );
  });

  it('escape: takes precedence over the throw that follows', async () => {
    const flaw: Flaw = (node, host) =>
      later((fail) => {
        host.escaped('fetch');
        fail(new Error('the guard'));
      })(node, host);
    const { failure } = await runBoard({ flaw });
    expect(failure).toMatchObject({
      verdict: 'escape',
      signature: 'escape: fetch',
      text: expect.stringMatching(/^node-\d tried to leave the seed by fetch; instead, use node.listen or node.redis/),
    });
  });

  it('no progress: an operation never ends', async () => {
    const deaf = { ...user, operations: { ...user.operations, put: () => new Promise<never>(() => undefined) } };
    for (const seed of ['0x1', '0x2', '0x3'] as const)
      expect(await fateOf({ plan: boardPlan({ seed }), scenario: { actors: { user: deaf } } })).toBe(
        'no-progress | no-progress: user put',
      );
  });

  it('no progress: a task is overdue; tasks that ended, have no limit or stopped with their node are not', async () => {
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

  it('no progress: a node never gets ready', async () => {
    const never: Flaw = () => new Promise<never>(() => undefined) as never;
    expect(await fateOf({ flaw: never })).toBe('no-progress | no-progress: start');
  });

  it('no progress: steps never end', async () => {
    const spin: Flaw = (node) => {
      const again = () => void node.clock.startTimer({ label: 'spin', owner: 'o' }, 1, again);
      again();
    };
    expect(await fateOf({ flaw: spin, options: { stepsMax: 5000 } })).toBe('no-progress | no-progress: steps');
  });

  it('no progress: virtual time stops', async () => {
    const frozen: Flaw = (node) => {
      const redis = node.redis();
      const again = () => void redis.get('x').catch(again);
      again();
    };
    // A command that is refused at once, again and again, before the connection is open.
    expect(await fateOf({ flaw: frozen, options: { stepsMax: 2e5 } })).toBe('no-progress | no-progress: frozen');
  });

  const fail = (): never => {
    throw new Error('mine');
  };
  const throwing = (part: Partial<typeof user>): BoardRun['scenario'] => ({ actors: { user: { ...user, ...part } } });
  const throwingIn = (name: 'join' | 'put', operation: (typeof user)['operations'][string]) =>
    throwing({ operations: { ...user.operations, [name]: operation } });
  const throwingChecker = (part: Partial<Checker>): BoardRun['scenario'] => ({
    properties: [property('bad', () => ({ ...quietJudge, ...part }))],
  });
  it.each<[string, BoardRun['scenario'], string, RegExp]>([
    ['a script that throws', throwing({ script: fail }), 'scenario-error: user script', /^the script of user-1 threw/],
    [
      'a script that throws for one actor',
      throwing({ script: (draw, most) => (draw.fraction('x') < 0.1 ? fail() : user.script(draw, most)) }),
      'scenario-error: user script',
      /^the script of user-\d+ threw/,
    ],
    [
      'a create function that throws',
      throwing({ create: fail }),
      'scenario-error: user create',
      /^user-\d, created, threw/,
    ],
    [
      'an operation that throws',
      throwingIn('put', fail),
      'scenario-error: user put',
      /^user-\d put \(user-\d\.\d\) threw/,
    ],
    [
      'an operation that rejects',
      throwingIn('put', () => Promise.resolve().then(fail)),
      'scenario-error: user put',
      /^user-\d put \(user-\d\.\d\) threw/,
    ],
    [
      'a leave function that throws',
      throwing({ leave: fail }),
      'scenario-error: user leave',
      /^user-\d, leaving, threw/,
    ],
    [
      'a listener of an actor that throws',
      throwingIn('join', async ({ dial }) => {
        (await dial('node-1')).onclose = fail;
        return 'ok';
      }),
      'scenario-error',
      /threw: Error: mine/,
    ],
    [
      'a timer of an actor that throws',
      throwingIn('join', ({ sleep }) => {
        void sleep(5).then(fail);
        return Promise.resolve('ok');
      }),
      'scenario-error: user',
      /^user-\d+ left an unhandled rejection: Error: mine/,
    ],
    [
      'a checker that throws when it is created',
      { properties: [property('bad', fail)] },
      'scenario-error: property bad',
      /^the checker of bad, created, threw/,
    ],
    [
      'a checker that throws at a record',
      throwingChecker({ observe: (record) => record.type === 'timer' && fail() }),
      'scenario-error: property bad',
      /^the checker of bad threw/,
    ],
    [
      'a checker that throws at a quiescent step',
      throwingChecker({ quiescent: fail }),
      'scenario-error: property bad',
      /^the checker of bad threw/,
    ],
    [
      'a checker that throws at the end',
      throwingChecker({ end: fail }),
      'scenario-error: property bad',
      /^the checker of bad threw/,
    ],
    [
      'a shared view that throws',
      {
        properties: [
          property('bad', (view) => {
            view.shared(() => ({ observe: fail }));
            return quietJudge;
          }),
        ],
      },
      'scenario-error: shared view',
      /^a shared view threw/,
    ],
  ])('scenario-error: %s', async (_, scenario, signature, text) => {
    const faults = [{ id: 'f', kind: 'connection-loss', target: '*', atMs: 3000, durationMs: 0, rate: 1 }];
    const cohorts = [{ actor: 'user', count: 9, operationsMax: 4 }];
    const { failure, digest } = await runBoard({ scenario, plan: boardPlan({ faults, cohorts }) });
    expect(failure).toMatchObject({ verdict: 'scenario-error', signature });
    expect(failure?.text).toMatch(text);
    expect(failure?.text).toContain('mine');
    expect(digest).toMatch(/^[0-9a-f]{16}$/);
  });

  it('a plan that does not fit the scenario is rejected', async () => {
    const operation = { id: 'x.1', actor: 'user-1', name: 'fly', atMs: 1, arguments: {} };
    await expect(runBoard({ plan: boardPlan({ operations: [operation] }) })).rejects.toThrow('no operation fly');
    await expect(runBoard({ plan: boardPlan({ operations: [{ ...operation, actor: 'cat-1' }] }) })).rejects.toThrow(
      'no actor cat',
    );
    const fault = { id: 'fault-1', kind: 'flood', target: '*', atMs: 1, durationMs: 1, rate: 1 };
    await expect(runBoard({ plan: boardPlan({ faults: [fault] }) })).rejects.toThrow(
      /^fault-1: unknown fault flood \(expected one of: latency, connection-loss, .*, failpoint-delay\)$/,
    );
  });

  it('drawing in `leave` before any operation has begun gives an error with advice', async () => {
    const scenario = throwing({ leave: ({ fraction }) => void fraction('where') });
    const held = { id: 'user-1.1', actor: 'user-1', name: 'join', atMs: 9000, arguments: {} };
    const { failure } = await runBoard({ scenario, plan: boardPlan({ cohorts: [], operations: [held] }) });
    expect(failure?.text.split('\n', 1)[0]).toBe(
      'user-1, leaving, threw: Error: user-1 draws where before any of its operations has begun: draw in an operation, and keep the value in context.state',
    );
  });
});
