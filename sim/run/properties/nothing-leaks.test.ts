import { EventEmitter } from 'node:events';
import { describe, expect, it, test } from 'vitest';
import { createAbortController, createAbortSignal } from '../../ambient/abort.ts';
import type { RedisClient, SimNode } from '../../system/types.ts';
import type { Plan } from '../../plan/plan.ts';
import { boardPlan, type Flaw, runBoard, stormy, user } from '../test/notice-board.ts';
import { nothingLeaks, type NothingLeaksOptions } from './nothing-leaks.ts';

const lateUser = {
  ...user,
  script: () => [
    { name: 'join', pauseMs: 500 },
    { name: 'put', arguments: { text: 'red' }, pauseMs: 100 },
  ],
};

interface Leak {
  readonly flaw?: Flaw;
  readonly plan?: Plan;
  readonly options?: NothingLeaksOptions;
}

const one = boardPlan({ nodes: 1, cohorts: [{ actor: 'user', count: 1, operationsMax: 1 }] });

async function leakOf({ flaw, plan = one, options }: Leak) {
  const run = { plan, scenario: { actors: { user: lateUser }, properties: [nothingLeaks(options)] } };
  const { failure, checked } = await runBoard(flaw === undefined ? run : { ...run, flaw });
  return { failure, checks: checked['nothing-leaks'] };
}

/** A system that does something for each connection. */
const perConnection =
  (act: (node: SimNode) => void): Flaw =>
  (node) => {
    node.listen(() => act(node));
    return {};
  };

const repeat = (node: SimNode, label: string, ms: number): void => {
  node.clock.startTimer({ label, owner: 'test' }, ms, () => repeat(node, label, ms));
};

describe('holds', () => {
  it('when timers end with their connections', async () => {
    expect(await leakOf({})).toEqual({ failure: null, checks: 5 });
  });

  it('is judged if a system holds nothing before its first client', async () => {
    expect(await leakOf({ flaw: perConnection(() => undefined) })).toEqual({ failure: null, checks: 5 });
  });

  it('in runs with all kinds of faults', async () => {
    expect(await leakOf({ plan: stormy })).toMatchObject({ failure: null });
  });

  it('when the remaining timers existed before the first client', async () => {
    const flaw: Flaw = (node) => {
      repeat(node, 'sweep', 300);
      void node.redis({ enableOfflineQueue: true }).subscribe('news');
      node.listen(() => undefined);
      return {};
    };
    expect(await leakOf({ flaw })).toEqual({ failure: null, checks: 5 });
  });

  it('when background work starts timers that cannot be cleared', async () => {
    const busy: Flaw = (node, host) => {
      const AbortSignal = createAbortSignal(host);
      const work = (): void => {
        AbortSignal.timeout(1500);
        node.clock.startTimer({ label: 'work', owner: 'work' }, 1000, work);
      };
      node.clock.startTimer({ label: 'work', owner: 'work' }, 5000, work);
      node.listen(() => undefined);
      return {};
    };
    expect(await leakOf({ flaw: busy })).toEqual({ failure: null, checks: 5 });
  });

  it('when background work comes and goes', async () => {
    const flaw = perConnection(() => undefined);
    const busy: Flaw = (node, host) => {
      const work = (): void => {
        node.clock.startTimer({ label: 'limit', owner: 'work' }, 40, () => undefined);
        node.clock.startTimer({ label: 'work', owner: 'work' }, 1000, work);
      };
      node.clock.startTimer({ label: 'work', owner: 'work' }, 1000, work);
      return flaw(node, host);
    };
    expect(await leakOf({ flaw: busy })).toEqual({ failure: null, checks: 5 });
  });
});

describe('finds', () => {
  it('a timer of a system that holds nothing before its first client', async () => {
    const { failure } = await leakOf({ flaw: perConnection((node) => repeat(node, 'beat', 300)) });
    expect(failure?.signature).toBe('nothing-leaks: timers');
  });

  it('a timer that outlives its connection', async () => {
    const { failure } = await leakOf({ flaw: perConnection((node) => repeat(node, 'tick', 100)) });
    expect(failure).toMatchObject({
      verdict: 'violation',
      signature: 'nothing-leaks: timers',
      atMs: 49_000,
      text: expect.stringMatching(
        /^the last client of node-1 left at 44\.\d\d s, but node-1 still has 1 timers, at most 0 before its first client: tick of test since 48\.\d\d s, due at 49\.\d\d s; with a longer leaveMs they may end$/,
      ) as string,
    });
  });

  it('a timer among earlier ones', async () => {
    const flaw: Flaw = (node, host) => {
      repeat(node, 'sweep', 300);
      return perConnection(() => repeat(node, 'tick', 100))(node, host);
    };
    expect(await leakOf({ flaw })).toMatchObject({ failure: { signature: 'nothing-leaks: timers' } });
  });

  it('a timer that outlives a refused client', async () => {
    const flaw: Flaw = (node) => {
      node.webSocketServer({
        verifyClient: () => {
          repeat(node, 'tick', 100);
          return false;
        },
      });
      return {};
    };
    expect(await leakOf({ flaw })).toMatchObject({ failure: { signature: 'nothing-leaks: timers' } });
  });

  it('a channel that stays subscribed', async () => {
    const flaw = perConnection((node) => {
      void node.redis({ enableOfflineQueue: true }).subscribe('room');
    });
    expect(await leakOf({ flaw })).toMatchObject({
      failure: {
        signature: 'nothing-leaks: channels',
        text: expect.stringContaining('still has 1 channels, at most 0 before its first client: room') as string,
      },
    });
  });
});

const crowd = boardPlan({ nodes: 1, cohorts: [{ actor: 'user', count: 14, operationsMax: 1 }] });

describe('finds among many clients', () => {
  it('connections to Redis', async () => {
    const flaw = perConnection((node) => void node.redis());
    expect(await leakOf({ flaw, plan: crowd })).toMatchObject({
      failure: {
        signature: 'nothing-leaks: connections',
        text: expect.stringContaining('still has 15 connections to Redis, at most 1 before') as string,
      },
    });
  });

  it('listeners on a client of Redis', async () => {
    const flaw: Flaw = (node) => {
      const redis = node.redis().setMaxListeners(100);
      node.listen(() => void redis.on('message', () => undefined));
      return {};
    };
    expect(await leakOf({ flaw, plan: crowd })).toMatchObject({
      failure: {
        signature: 'nothing-leaks: listeners',
        text: expect.stringMatching(
          /still has 12 listeners too many.*: 14 for message of node-1\.1\.redis-2$/,
        ) as string,
      },
    });
  });

  it('listeners on an AbortSignal that lives as long as the process', async () => {
    const stays =
      (isRemoved: boolean): Flaw =>
      (node, host) => {
        const AbortController = createAbortController(host);
        const shutdown = new AbortController();
        node.listen((socket) => {
          const stop = (): void => socket.close(1001);
          shutdown.signal.addEventListener('abort', stop, { once: true });
          if (isRemoved) socket.on('close', () => shutdown.signal.removeEventListener('abort', stop));
          // A signal of one connection becomes garbage with its listeners.
          const { signal } = new AbortController();
          for (let count = 0; count < 5; count += 1) signal.addEventListener('abort', () => undefined);
        });
        return {};
      };
    expect(await leakOf({ flaw: stays(true), plan: crowd })).toMatchObject({ failure: null });
    expect(await leakOf({ flaw: stays(false), plan: crowd })).toMatchObject({
      failure: {
        signature: 'nothing-leaks: listeners',
        text: expect.stringMatching(/still has 12 listeners too many.*: 14 for abort of AbortSignal-1$/) as string,
      },
    });
  });

  it('listeners on an emitter that Node warned of', async () => {
    const stays =
      (isRemoved: boolean): Flaw =>
      (node) => {
        const news = new EventEmitter();
        node.listen((socket) => {
          const hear = (): void => undefined;
          news.on('news', hear);
          if (isRemoved) socket.on('close', () => news.off('news', hear));
        });
        return {};
      };
    expect(await leakOf({ flaw: stays(true), plan: crowd })).toMatchObject({ failure: null });
    expect(await leakOf({ flaw: stays(false), plan: crowd })).toMatchObject({
      failure: { text: expect.stringContaining('14 for news of EventEmitter') as string },
    });
  });

  it('keys without a lease', async () => {
    const keeping =
      (...lease: readonly string[]): Flaw =>
      (node) => {
        const redis = node.redis({ enableOfflineQueue: true });
        node.listen(() => void redis.call('set', `online:${node.entropy.id('client')}`, '1', ...lease));
        return {};
      };
    const options = { ownedKey: (key: string) => key.startsWith('online:') };
    expect(await leakOf({ flaw: keeping('PX', '900000'), plan: crowd, options })).toEqual({ failure: null, checks: 6 });
    expect(await leakOf({ flaw: keeping(), plan: crowd })).toEqual({ failure: null, checks: 5 });
    expect(await leakOf({ flaw: keeping(), plan: crowd, options })).toMatchObject({
      failure: {
        signature: 'nothing-leaks: keys',
        text: expect.stringMatching(
          /^no client is connected, but 14 keys of clients are in Redis without an expiry: online:/,
        ) as string,
      },
    });
  });
});

it('tolerates what the first client makes and later ones share', async () => {
  const flaw: Flaw = (node) => {
    let shared: RedisClient[] | null = null;
    node.listen(() => {
      shared ??= [node.redis().on('message', () => undefined), node.redis()];
    });
    return {};
  };
  expect(await leakOf({ flaw, plan: crowd })).toEqual({ failure: null, checks: 5 });
});

describe('checks nothing', () => {
  const leaking = perConnection((node) => repeat(node, 'tick', 100));

  test('where the first client came before the node was at rest', async () => {
    expect(await leakOf({ flaw: leaking, options: { restMs: 4000 } })).toEqual({ failure: null, checks: 0 });
  });

  test('where a fault may have held up the start', async () => {
    const faults = [{ id: 'fault-1', kind: 'redis-stall', target: '*', atMs: 100, durationMs: 300, rate: 1 }];
    expect(await leakOf({ flaw: leaking, plan: { ...one, faults } })).toEqual({ failure: null, checks: 0 });
  });

  test('where a connection is still open', async () => {
    const faults = [{ id: 'fault-1', kind: 'half-open', target: 'user-1', atMs: 3500, durationMs: 0, rate: 1 }];
    expect(await leakOf({ flaw: leaking, plan: { ...one, faults } })).toEqual({ failure: null, checks: 0 });
  });
});

test('options name the timers that may stay', async () => {
  const flaw = perConnection((node) => repeat(node, 'metrics', 100));
  const options: NothingLeaksOptions = { ignoreTimer: ({ label }) => label === 'metrics' };
  expect(await leakOf({ flaw, options })).toEqual({ failure: null, checks: 5 });
});
