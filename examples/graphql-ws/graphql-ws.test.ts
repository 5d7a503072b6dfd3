import { type Client, createClient } from 'graphql-ws-5.15.0';
import { afterAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { run } from 'seedstorm';
import { simulate } from 'seedstorm/vitest';
import { RUNS_LONG_TESTS, runsLong } from '../../sim/cli/test/long.ts';
import { RealServer, realRedis } from '../../docs/test/real-server.ts';

const redis = await realRedis();
/** The server may run with the data of other tests. */
const room = `room-${process.pid}`;
const POST = 'mutation ($room: String!, $text: String!) { post(room: $room, text: $text) { text } }';
const HISTORY = 'query ($room: String!) { history(room: $room) { text } }';

describe.skipIf(redis === null)('node server.ts, on real sockets', async () => {
  const start = () => RealServer.start(new URL('./server.ts', import.meta.url), { REDIS_URL: redis?.url ?? '' });
  const servers = redis === null ? [] : await Promise.all([start(), start()]);
  const [first, second] = servers.map(({ port }) => port);

  afterAll(async () => {
    for (const server of servers) await server.stop();
    await redis?.stop();
  });

  test('a message that was posted on one node reaches a listener on the other', async () => {
    const client = connect(second);
    const texts = listen(client);
    // The protocol does not tell when the subscription is in force.
    while (texts.length === 0) await post(first, 'knock');
    await post(first, 'hello');
    while (texts.at(-1) !== 'hello') await new Promise((resolve) => setImmediate(resolve));
    const history = await query(first, HISTORY, { room });
    expect(history).toMatchObject({ status: 200, body: { data: { history: expect.any(Array) as unknown } } });
    await client.dispose();
  });

  test('mistakes are answered', async () => {
    expect((await query(first, '{ nothing }', {})).status).toBe(400);
    expect((await query(first, 'subscription { messages(room: "a") { id } }', {})).status).toBe(400);
    expect((await fetch(`http://127.0.0.1:${first}/graphql`)).status).toBe(405);
  });

  test('SIGTERM ends the process with 0 while a client is connected', async () => {
    const server = await start();
    const client = connect(server.port);
    const texts = listen(client);
    while (texts.length === 0) await post(server.port, 'knock');
    expect(await server.stop()).toEqual([0, null]);
    await client.dispose();
  });
});

simulate('the rooms in simulation', './scenario.ts', { seeds: RUNS_LONG_TESTS ? 40 : 8 });

const scenario = new URL('./scenario.ts', import.meta.url);
const isLong = runsLong('mutants of examples/graphql-ws, and both versions in one run');

// `mutants` finds all of them from seed 0x1 on.
test.runIf(isLong).each([
  ['5.14.3', 'nothing-leaks', '0x18'],
  ['unsubscribes-with-listeners', 'subscribers-receive', '0x1'],
  ['drops-while-busy', 'subscribers-receive', '0x1'],
] as const)('%s is found by %s within 20 seeds from %s', async (variant, property, seedStart) => {
  const { findings } = await run(scenario, { variant, seeds: 20, seedStart, bail: 1, shrinkMs: 1000 });
  expect(findings[0]?.failure).toMatchObject({ verdict: 'violation', property });
  expect(findings[0]?.replayed).toEqual({ same: 3, of: 3 });
});

describe.runIf(isLong)('5.14.3 beside 5.15.0', () => {
  const sideBySide = new URL('./side-by-side.ts', import.meta.url);

  test('both serve in one run, and the leak is found on a node with the older version', async () => {
    const { findings, totals } = await run(sideBySide, { seeds: 60, seedStart: '0x1', shrinkMs: 1000 });
    expect(totals.marks['both versions serve at the same time']).toBeGreaterThan(0);
    expect(findings[0]?.failure).toMatchObject({ property: 'channels-freed' });
    expect(findings[0]?.failure.text).toMatch(/its channel is still open; it runs the other version$/);
    expect(findings[0]?.replayed).toEqual({ same: 3, of: 3 });
  });

  test('the newer version holds alone', async () => {
    // Without a deployment no node runs the older version.
    expect(await run(sideBySide, { seeds: 20, seedStart: '0x1', profile: 'calm' })).toMatchObject({ held: true });
  });
});

function connect(port: number | undefined): Client {
  return createClient({ url: `ws://127.0.0.1:${port}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 });
}

/** The texts that arrive. */
function listen(client: Client): string[] {
  const texts: string[] = [];
  const query = 'subscription ($room: String!) { messages(room: $room) { text } }';
  client.subscribe<{ messages: { text: string } }>(
    { query, variables: { room } },
    { next: ({ data }) => texts.push(data?.messages.text ?? ''), error: () => undefined, complete: () => undefined },
  );
  return texts;
}

async function query(port: number | undefined, query: string, variables: object) {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  return { status: response.status, body: (await response.json()) as unknown };
}

async function post(port: number | undefined, text: string): Promise<void> {
  expect((await query(port, POST, { room, text })).status).toBe(200);
}
