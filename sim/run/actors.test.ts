/** Actors in the short form: their context, and the outcomes of their operations. */
import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../kernel/record.ts';
import { ConnectionFailedError } from '../network/connection-failed-error.ts';
import type { DrawnValue } from '../plan/drawn.ts';
import type { Operation } from '../plan/plan.ts';
import type { ActorOperations } from './actor.ts';
import { completeActor } from './complete-scenario.ts';
import type { RunOptions } from './execute-run.ts';
import { boardPlan, type BoardRun, runBoard } from './test/notice-board.ts';
import { NO_USES } from './use-counts.ts';

const operation = (name: string, more: Partial<Operation> = {}): Operation => ({
  id: 'guest-1.1',
  actor: 'guest-1',
  name,
  atMs: 100,
  arguments: {},
  ...more,
});

function runGuest(guest: ActorOperations, run: { operations?: Operation[]; options?: RunOptions } & BoardRun = {}) {
  const operations = run.operations ?? Object.keys(guest).map((name) => operation(name));
  return runBoard({
    ...run,
    scenario: { actors: { guest: completeActor(guest) }, settleMs: 6000, leaveMs: 500, ...run.scenario },
    plan: run.plan ?? boardPlan({ cohorts: [], operations }),
    options: { detailed: true, ...run.options },
  });
}

const operationsIn = (records: readonly RunRecord[]) =>
  records.flatMap((record) =>
    record.type === 'operation' ? [`${record.name} ${record.phase} ${record.detail}`.trim()] : [],
  );

const drawnIn = (records: readonly RunRecord[]) =>
  records.flatMap((record) => (record.type === 'operation' && record.phase === 'begin' ? [record.drawn] : []));

describe('an operation', () => {
  it('ends ok if it returns nothing', async () => {
    const run = await runGuest({ visit: async ({ sleep }) => sleep(5) });
    expect(operationsIn(run.records)).toEqual(['visit begin', 'visit ok']);
    expect([run.failure, run.uses]).toEqual([
      null,
      { ...NO_USES, ok: 1, operations: { 'guest visit': { ok: 1, fail: 0, unknown: 0 } } },
    ]);
  });

  it('begins with the arguments of the plan, if it has some', async () => {
    const guest: ActorOperations = { visit: async ({ sleep }) => sleep(5) };
    const begun = async (given: Operation['arguments']) => {
      const { records, digest } = await runGuest(guest, { operations: [operation('visit', { arguments: given })] });
      return { first: records.find(({ type }) => type === 'operation'), digest };
    };
    const [none, some] = [await begun({}), await begun({ token: 'expired' })];
    expect(none.first).not.toHaveProperty('arguments');
    expect(some.first).toMatchObject({ phase: 'begin', arguments: { token: 'expired' } });
    expect(some.digest).toBe(none.digest);
  });

  it('fails if it does not catch a refused connection', async () => {
    const run = await runGuest({ visit: async ({ connect }) => void (await connect('node-9')) });
    expect(operationsIn(run.records)).toEqual(['visit begin', 'visit fail connection refused']);
    expect(run.failure).toBeNull();
    expect(run.uses).toMatchObject({ ok: 0, fail: 1, firstFailure: 'guest visit: connection refused' });
  });

  it('is an error of the scenario if it throws anything else', async () => {
    const run = await runGuest({ visit: () => Promise.reject(new Error('connection refused')) });
    expect(run.failure).toMatchObject({ verdict: 'scenario-error', signature: 'scenario-error: guest visit' });
  });

  it('can catch a refused connection by its class', async () => {
    const seen: unknown[] = [];
    await runGuest({
      visit: async ({ connect }) => void seen.push(await connect('node-9').catch((error: unknown) => error)),
    });
    expect(seen[0]).toBeInstanceOf(ConnectionFailedError);
    expect(new Error('connection refused')).not.toBeInstanceOf(ConnectionFailedError);
  });
});

describe('connect', () => {
  it('chooses a node by the seed, independently of other draws', async () => {
    const nodes = new Set<string>();
    const connectedTo = async (seed: string, also: boolean) => {
      const guest: ActorOperations = {
        visit: async ({ connect, integer }) => {
          if (also) integer('other', 1, 9);
          await connect();
        },
      };
      const plan = boardPlan({ seed: seed as `0x${string}`, cohorts: [], operations: [operation('visit')] });
      const { records } = await runGuest(guest, { plan });
      const frame = records.find((record) => record.type === 'frame');
      return frame?.type === 'frame' ? frame.node : '';
    };
    for (const seed of ['0x1', '0x2', '0x3', '0x4', '0x5', '0x6']) {
      const node = await connectedTo(seed, false);
      expect(await connectedTo(seed, true)).toBe(node);
      nodes.add(node);
    }
    expect([...nodes].sort()).toEqual(['node-1', 'node-2']);
  });

  it('opens sockets that are closed by the default `leave`', async () => {
    const closed: string[] = [];
    const { records, uses } = await runGuest({
      visit: async ({ connect, dial, nowMs }) => {
        for (const socket of [await connect(), await dial('node-1')])
          socket.onclose = () => closed.push(nowMs < 1000 ? 'left' : 'later');
        (await connect('node-2')).close();
      },
    });
    const settled = records.findIndex((record) => record.type === 'fault' && record.kind === 'settled');
    const closes = records.flatMap((record, index) =>
      record.type === 'frame' && record.kind === 'close' && record.phase === 'sent' && record.direction === 'up'
        ? [index > settled]
        : [],
    );
    expect(closes).toEqual([false, true, true]);
    expect([closed.length, uses.connections]).toEqual([2, 3]);
  });
});

describe('values drawn by name', () => {
  const guest: ActorOperations = {
    visit: async ({ integer, pick, fraction, sleep }) => {
      await sleep(integer('stayMs', 10, 3000));
      pick('room', ['red', 'green', 'blue']);
      fraction('share');
      integer('stayMs', 0, 5);
      pick('class', [ConnectionFailedError, Error]);
    },
  };

  it('are in the begin record of the operation but not in the digest', async () => {
    const { records, digest } = await runGuest(guest);
    const [drawn] = drawnIn(records);
    expect(Object.keys(drawn ?? {})).toEqual(['stayMs', 'room', 'share', 'stayMs#2']);
    const quiet = await runGuest({
      visit: async ({ sleep }) => sleep(Number(drawn?.['stayMs'])),
    });
    expect(quiet.digest).toBe(digest);
  });

  it('give the same run if they are arguments of the plan', async () => {
    const first = await runGuest(guest);
    const [drawn] = drawnIn(first.records);
    const plan = boardPlan({
      seed: '0x77',
      cohorts: [],
      operations: [operation('visit', { arguments: drawn as Operation['arguments'] })],
    });
    const again = await runGuest(guest, { plan });
    expect(drawnIn(again.records)).toEqual([drawn]);
    expect((await runGuest(guest, { plan: { ...plan, operations: [operation('visit')] } })).digest).not.toBe(
      again.digest,
    );
  });

  it.each([[9], [3001], [20.5], ['20'], [null]])(
    'are drawn again where the argument %j is not in range',
    async (stayMs) => {
      const [expected] = drawnIn((await runGuest(guest)).records);
      const run = await runGuest(guest, { operations: [operation('visit', { arguments: { stayMs } })] });
      expect(drawnIn(run.records)).toEqual([expected]);
    },
  );

  it('are reported with their range, for shrinking', async () => {
    const values: [string, string, DrawnValue['kind']][] = [];
    await runGuest(guest, { options: { onDrawn: (id, name, { kind }) => values.push([id, name, kind]) } });
    expect(values).toEqual([
      ['guest-1.1', 'stayMs', 'integer'],
      ['guest-1.1', 'room', 'pick'],
      ['guest-1.1', 'share', 'fraction'],
      ['guest-1.1', 'stayMs#2', 'integer'],
    ]);
  });

  it.each<[string, ActorOperations]>([
    ['integer x: min and max must be integers', { visit: ({ integer }) => Promise.resolve(void integer('x', 3, 1)) }],
    ['pick x: items is empty', { visit: ({ pick }) => Promise.resolve(void pick('x', [])) }],
  ])('%s', async (text, bad) => {
    const { failure } = await runGuest(bad);
    expect(failure?.verdict).toBe('scenario-error');
    expect(failure?.text).toContain(text);
  });
});

describe('an early operation', () => {
  const trace: string[] = [];
  const guest: ActorOperations = {
    ask: async ({ sleep, nowMs, integer }) => {
      trace.push(`ask ${nowMs}`);
      await sleep(50);
      trace.push(`asked ${integer('later', 1, 1_000_000)}`);
    },
    tell: async (context) => {
      trace.push(`tell ${context.nowMs} ${context.integer('now', 1, 1_000_000)}`);
      await context.sleep(5);
      trace.push(`told ${context.nowMs}`);
    },
  };
  const planned = (number: number, name: string, more: Partial<Operation> = {}): Operation =>
    operation(name, { id: `guest-1.${number}`, ...more });
  const traceOf = async (operations: Operation[]): Promise<readonly string[]> => {
    trace.length = 0;
    const { failure } = await runGuest(guest, { operations });
    expect(failure).toBeNull();
    return trace.map((line) => line.replace(/ \d{3,}$/, (number) => (Number(number) < 400 ? number : ' #')));
  };

  it('begins in the turn of the operation before it', async () => {
    expect(await traceOf([planned(1, 'ask'), planned(2, 'tell', { early: true })])).toEqual([
      'ask 100',
      'tell 100 #',
      'told 105',
      'asked #',
    ]);
  });

  it('keeps its distance to an operation that begins late', async () => {
    const operations = [
      planned(1, 'ask'),
      planned(2, 'ask', { atMs: 110 }),
      planned(3, 'tell', { atMs: 117, early: true }),
    ];
    expect(await traceOf(operations)).toEqual(['ask 100', 'asked #', 'ask 150', 'tell 157 #', 'told 162', 'asked #']);
  });

  it('is waited for by the next that is not early, as are all before it', async () => {
    const operations = [
      planned(1, 'tell'),
      planned(2, 'ask', { atMs: 110, early: true }),
      planned(3, 'tell', { atMs: 110 }),
    ];
    expect(await traceOf(operations)).toEqual([
      'tell 100 #',
      'told 105',
      'ask 110',
      'asked #',
      'tell 160 #',
      'told 165',
    ]);
  });

  it('draws for itself, so without it the others draw the same', async () => {
    const both = [planned(1, 'ask'), planned(2, 'tell', { early: true })];
    await traceOf(both);
    const asked = trace.find((line) => line.startsWith('asked'));
    expect(asked).toMatch(/^asked \d+$/);
    await traceOf(both.slice(0, 1));
    expect(trace).toContain(asked);
  });
});
