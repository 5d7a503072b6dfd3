import { io, type Socket } from 'socket.io-client';
import { afterAll, describe, expect, test } from 'vitest';
import { openScenario, type Plan, run, type Seed } from 'seedstorm';
import { simulate } from 'seedstorm/vitest';
import { RUNS_LONG_TESTS, runsLong } from '../../sim/cli/test/long.ts';
import { RealServer, realRedis } from '../../docs/test/real-server.ts';

const redis = await realRedis();

describe.skipIf(redis === null)('node server.ts, on real sockets', async () => {
  const start = () => RealServer.start(new URL('./server.ts', import.meta.url), { REDIS_URL: redis?.url ?? '' });
  const servers = redis === null ? [] : await Promise.all([start(), start()]);
  const clientOf = (index: number) =>
    io(`http://127.0.0.1:${servers[index]?.port}`, { forceNew: true, reconnection: false });
  /** The server may run with the data of other tests. */
  const board = `board-${process.pid}`;

  afterAll(async () => {
    for (const server of servers) await server.stop();
    await redis?.stop();
  });

  test('health answers', async () => {
    const health = await fetch(`http://127.0.0.1:${servers[0]?.port}/health`);
    expect([health.status, await health.json()]).toEqual([200, { status: 'ok', clients: 0 }]);
  });

  test('a note reaches the other node, and one who opens the board later', async () => {
    const [ada, ben, eve] = [clientOf(0), clientOf(1), clientOf(1)];
    const note = { position: 1, text: 'hello' };
    expect(await ada.emitWithAck('open', board)).toEqual([]);
    expect(await ben.emitWithAck('open', board)).toEqual([]);
    const [heard, answer] = await Promise.all([nextEvent(ben, 'note'), ada.emitWithAck('add', board, 'hello')]);
    expect([heard, answer]).toEqual([[board, note], 1]);
    expect(await eve.emitWithAck('open', board)).toEqual([note]);
    const shown = await fetch(`http://127.0.0.1:${servers[0]?.port}/boards/${board}`);
    expect(await shown.json()).toEqual([note]);
    for (const client of [ada, ben, eve]) client.disconnect();
  });

  test('SIGTERM disconnects the clients, and the process ends with 0', async () => {
    const server = await start();
    const client = io(`http://127.0.0.1:${server.port}`, { forceNew: true, reconnection: false });
    await client.emitWithAck('open', board);
    const disconnected = nextEvent(client, 'disconnect');
    expect(await server.stop()).toEqual([0, null]);
    expect((await disconnected)[0]).toBe('transport close');
  });
});

simulate('the board in simulation', './scenario.ts', { seeds: RUNS_LONG_TESTS ? 40 : 8 });

const scenario = new URL('./scenario.ts', import.meta.url);

const isLong = runsLong('mutants and digests of examples/socket.io');

test.runIf(isLong).each([
  ['read-before-join', 'board-complete', 60],
  ['local-only', 'board-complete', 20],
  ['unanswered-note', 'serves', 20],
])('%s is found by %s within %i seeds', async (variant, property, seeds) => {
  const { findings } = await run(scenario, { variant, seeds, seedStart: '0x1', bail: 1, shrinkMs: 1000 });
  expect(findings[0]?.failure).toMatchObject({ verdict: 'violation', property });
  expect(findings[0]?.replayed).toEqual({ same: 3, of: 3 });
});

test.runIf(isLong)('a plan has one digest', async () => {
  const { run, close } = await openScenario(scenario);
  const plans = (['0x1', '0x2'] satisfies Seed[]).map((seed): Plan => {
    const faults = [{ id: 'broken', kind: 'connection-loss', target: 'user-1', atMs: 300, durationMs: 0, rate: 1 }];
    const cohorts = [{ actor: 'user', count: 4, operationsMax: 6 }];
    return { seed, nodes: 2, chaosMs: 3000, cohorts, operations: [], faults };
  });
  const digestsOf = async () => {
    const digests: string[] = [];
    for (const plan of plans) digests.push((await run(plan)).digest);
    return digests;
  };
  const digests = await digestsOf();
  expect(new Set(digests).size).toBe(2);
  expect(await digestsOf()).toEqual(digests);
  await close();
});

/** The values of the next event. */
function nextEvent(client: Socket, name: string): Promise<unknown[]> {
  return new Promise((resolve) => client.once(name, (...values: unknown[]) => resolve(values)));
}
