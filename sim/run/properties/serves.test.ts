import { describe, expect, it, test } from 'vitest';
import type { Plan } from '../../plan/plan.ts';
import type { Actor } from '../actor.ts';
import { boardPlan, type Flaw, runBoard, stormy, user } from '../test/notice-board.ts';
import { serves, type ServesOptions } from './serves.ts';

interface Service {
  readonly flaw?: Flaw;
  readonly plan?: Plan;
  readonly options?: ServesOptions;
  readonly actor?: Partial<Actor>;
}

async function serviceOf({ flaw, plan = boardPlan(), options, actor = {} }: Service) {
  const scenario = { actors: { user: { ...user, ...actor } }, properties: [serves(options)] };
  const { failure, checked } = await runBoard({ plan, scenario, ...(flaw === undefined ? {} : { flaw }) });
  return { failure, checks: checked['serves'] ?? 0 };
}

const answering =
  (answer: (send: (text: string) => void) => void): Flaw =>
  (node) => {
    node.listen((socket) => socket.on('message', () => answer((text) => socket.send(text))));
    return {};
  };

const silent = answering(() => undefined);

describe('holds', () => {
  it('when the system answers, and counts the operations', async () => {
    const { failure, checks } = await serviceOf({});
    expect(failure).toBeNull();
    expect(checks).toBeGreaterThan(6);
  });

  it('while a client does not read, which sees no answer', async () => {
    const { put, ...others } = user.operations;
    const blind: Partial<Actor> = {
      operations: {
        ...others,
        put: async (context, args) => {
          context.stopReading(60_000);
          return (await put?.(context, args)) ?? 'ok';
        },
      },
    };
    const { failure, checks } = await serviceOf({ actor: blind });
    expect(failure).toBeNull();
    // Each user joined while it still read.
    expect(checks).toBeGreaterThan(0);
  });

  it('in runs with all kinds of faults', async () => {
    expect(await serviceOf({ plan: stormy })).toMatchObject({ failure: null });
  });
});

describe('finds', () => {
  it('an operation that ends unknown', async () => {
    const { failure } = await serviceOf({ flaw: silent });
    expect(failure).toMatchObject({
      verdict: 'violation',
      signature: 'serves: user put',
      text: expect.stringMatching(
        /^user-\d put \(user-\d\.\d\), begun at [\d.]+ ms with no fault near, ended unknown: no answer$/,
      ) as string,
    });
  });

  it('a connection that is refused', async () => {
    const { failure } = await serviceOf({ flaw: () => ({}) });
    expect(failure).toMatchObject({
      signature: 'serves: user join',
      text: expect.stringContaining('with no fault near, ended fail: refused') as string,
    });
  });

  it('an operation that takes too long, when its time is up', async () => {
    const flaw: Flaw = (node) => {
      const tick = (): void => void node.clock.startTimer({ label: 'tick', owner: 'test' }, 100, tick);
      tick();
      return silent(node, undefined as never);
    };
    const { failure } = await serviceOf({ flaw, options: { withinMs: 1000 } });
    const text = failure?.text ?? '';
    const [, begunAtMs = 0, dueAtMs = 0] = (
      /^user-\d put \(.+\), begun at ([\d.]+) ms with no fault near, has not ended by ([\d.]+) ms$/.exec(text) ?? []
    ).map(Number);
    expect(dueAtMs - begunAtMs).toBeCloseTo(1000);
    expect(failure?.atMs).toBeLessThan(dueAtMs + 100);
  });

  it('an operation that ends ok, but too late', async () => {
    const operations = {
      ...user.operations,
      put: async (context, args) => {
        await user.operations['put']?.(context, args);
        await context.sleep(1500);
      },
    } satisfies Actor['operations'];
    const { failure } = await serviceOf({ actor: { operations }, options: { withinMs: 1000 } });
    expect(failure?.text).toMatch(/, (has not ended by|ended ok, after) [\d.]+ ms$/);
  });

  it('a system that has not recovered when it must have', async () => {
    const faults = [{ id: 'fault-1', kind: 'redis-drop', target: '*', atMs: 10, durationMs: 0, rate: 1 }];
    const plan = { ...boardPlan({ chaosMs: 4000 }), faults };
    const actor = {
      script: () => [
        { name: 'join', pauseMs: 2000 },
        { name: 'put', arguments: { text: 'red' }, pauseMs: 100 },
      ],
    };
    expect(await serviceOf({ flaw: silent, plan, actor, options: { quietMs: 1000 } })).toMatchObject({
      failure: { signature: 'serves: user put' },
    });
    expect(await serviceOf({ flaw: silent, plan, actor, options: { quietMs: 9000 } })).toEqual({
      failure: null,
      checks: 0,
    });
  });
});

describe('does not judge', () => {
  test('an operation during which a fault begins', async () => {
    const faults = [{ id: 'fault-1', kind: 'clock-jump', target: '*', atMs: 2100, durationMs: 1000, rate: 1 }];
    const actor = { script: () => [{ name: 'put', arguments: { text: 'red' }, pauseMs: 400 }] };
    const joined: Partial<Actor> = {
      script: () => [{ name: 'join', pauseMs: 10 }, ...actor.script()],
    };
    expect(await serviceOf({ flaw: silent, plan: { ...boardPlan(), faults }, actor: joined })).toMatchObject({
      failure: null,
      checks: 6,
    });
  });

  test('an operation on a connection that a fault of the network may have left half open', async () => {
    const faults = [{ id: 'fault-1', kind: 'half-open', target: 'user-1', atMs: 1700, durationMs: 0, rate: 1 }];
    const actor = {
      script: () => [
        { name: 'join', pauseMs: 10 },
        { name: 'put', arguments: { text: 'red' }, pauseMs: 2000 },
      ],
    };
    const plan = { ...boardPlan({ cohorts: [{ actor: 'user', count: 1, operationsMax: 2 }] }), faults };
    expect(await serviceOf({ plan, actor, options: { quietMs: 100 } })).toEqual({ failure: null, checks: 1 });
  });

  test('an operation that sends nothing', async () => {
    const actor = { script: () => [{ name: 'put', arguments: { text: 'red' }, pauseMs: 100 }] };
    expect(await serviceOf({ actor })).toEqual({ failure: null, checks: 0 });
  });

  test('outcomes that are right', async () => {
    const options: ServesOptions = {
      ignore: ({ name, phase, detail }) => `${name} ${phase} ${detail}` === 'put unknown no answer',
    };
    const { failure, checks } = await serviceOf({ flaw: silent, options });
    expect({ failure, checks }).toEqual({ failure: null, checks: 6 });
  });
});
