import { once } from 'node:events';
import jwt from 'jsonwebtoken';
import { afterAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { openScenario, type Plan, run, type Seed } from 'seedstorm';
import { simulate } from 'seedstorm/vitest';
import { RUNS_LONG_TESTS, runsLong } from '../../sim/cli/test/long.ts';
import { RealServer, realRedis } from '../../docs/test/real-server.ts';

const JWT_SECRET = 'for tests';
const redis = await realRedis();

describe.skipIf(redis === null)('node server.ts, on real sockets', async () => {
  const start = () =>
    RealServer.start(new URL('./server.ts', import.meta.url), { JWT_SECRET, REDIS_URL: redis?.url ?? '' });
  const servers = redis === null ? [] : await Promise.all([start(), start()]);
  const [first, second] = servers.map(({ port }) => port);

  afterAll(async () => {
    for (const server of servers) await server.stop();
    await redis?.stop();
  });

  test('health and rooms answer', async () => {
    const health = await fetch(`http://127.0.0.1:${first}/health`);
    expect([health.status, await health.json()]).toEqual([200, { status: 'ok', redis: 'ready' }]);
    const rooms = await fetch(`http://127.0.0.1:${first}/rooms`);
    expect(await rooms.json()).toEqual([]);
  });

  test.each(['', jwt.sign({ sub: 'mallory' }, 'guessed')])('the token "%s" is refused with 401', async (token) => {
    const socket = new WebSocket(`ws://127.0.0.1:${first}/rooms/red?token=${token}`);
    const [error] = (await once(socket, 'error').catch((error: unknown) => [error])) as [Error];
    expect(error.message).toBe('Unexpected server response: 401');
  });

  test('members on two nodes hear each other, and other rooms do not', async () => {
    const ada = await Member.join(first, 'red', 'ada');
    const ben = await Member.join(second, 'red', 'ben');
    const eve = await Member.join(second, 'blue', 'eve');
    ada.socket.send('hello');
    const hello = { type: 'message', from: 'ada', text: 'hello' };
    expect([await ada.next(), await ben.next()]).toEqual([hello, hello]);
    ben.socket.send('hi');
    const hi = { type: 'message', from: 'ben', text: 'hi' };
    expect([await ada.next(), await ben.next()]).toEqual([hi, hi]);
    eve.socket.send('alone');
    expect(await eve.next()).toEqual({ type: 'message', from: 'eve', text: 'alone' });
    for (const { socket } of [ada, ben, eve]) socket.close();
  });

  test('SIGTERM closes the sockets with 1001, and the process ends with 0', async () => {
    const server = await start();
    const { socket } = await Member.join(server.port, 'red', 'ada');
    const closed = once(socket, 'close');
    expect(await server.stop()).toEqual([0, null]);
    expect((await closed)[0]).toBe(1001);
  });
});

simulate('the chat in simulation', './scenario.ts', { seeds: RUNS_LONG_TESTS ? 40 : 8 });

const scenario = new URL('./scenario.ts', import.meta.url);

const isLong = runsLong('mutants and digests of examples/ws-chat');

// `mutants` finds all of them from seed 0x1 on, the first one at 0x3f.
test.runIf(isLong).each([
  ['ready-check', 'all-present-hear', '0x78'],
  ['unsubscribes-with-members', 'all-present-hear', '0x1'],
  ['sent-twice', 'all-present-hear', '0x1'],
  ['pings-only', 'dropped-when-vanished', '0x1'],
  ['token-not-verified', 'token-required', '0x1'],
  ['joined-once', 'serves', '0x1'],
  ['listener-per-member', 'no-warnings', '0x1'],
] as const)('%s is found by %s within 20 seeds from %s', async (variant, property, seedStart) => {
  const { findings } = await run(scenario, { variant, seeds: 20, seedStart, bail: 1, shrinkMs: 1000 });
  expect(findings[0]?.failure).toMatchObject({ verdict: 'violation', property });
  expect(findings[0]?.replayed).toEqual({ same: 3, of: 3 });
});

test.runIf(isLong)('a plan has one digest', async () => {
  const { run, close } = await openScenario(scenario);
  const plans = (['0x1', '0x2', '0x3'] satisfies Seed[]).map((seed): Plan => {
    const faults = [{ id: 'crash', kind: 'node-crash', target: 'node-2', atMs: 1500, durationMs: 1000, rate: 1 }];
    const cohorts = [{ actor: 'member', count: 5, operationsMax: 8 }];
    return { seed, nodes: 2, chaosMs: 4000, cohorts, operations: [], faults };
  });
  const digestsOf = async () => {
    const digests: string[] = [];
    for (const plan of plans) digests.push((await run(plan)).digest);
    return digests;
  };
  const digests = await digestsOf();
  expect(new Set(digests).size).toBe(3);
  expect(await digestsOf()).toEqual(digests);
  await close();
});

class Member {
  readonly socket: WebSocket;
  readonly #heard: unknown[] = [];
  #wake: () => void = () => undefined;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data: Buffer) => {
      this.#heard.push(JSON.parse(data.toString()));
      this.#wake();
    });
  }

  static async join(port: number | undefined, room: string, user: string): Promise<Member> {
    const token = jwt.sign({ sub: user }, JWT_SECRET, { expiresIn: '1h' });
    const member = new Member(new WebSocket(`ws://127.0.0.1:${port}/rooms/${room}?token=${token}`));
    expect(await member.next()).toEqual({ type: 'joined', room, user });
    return member;
  }

  async next(): Promise<unknown> {
    while (this.#heard.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
    return this.#heard.shift();
  }
}
