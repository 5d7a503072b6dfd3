/**
 * Compares the replies in version 3 of the protocol, byte by byte, between the simulated Redis and
 * a real one.
 */
import { connect } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { realRedis } from '../test/real-redis.ts';
import { talk } from '../test/redis-protocol-3.ts';
import { createGuard } from '../../ambient/guard.ts';
import { createNet } from '../../ambient/net/net-module.ts';
import { runWorld } from '../../world/test/run-world.ts';

async function simulated(seed: `0x${string}`): Promise<string> {
  let reply = '';
  await runWorld(
    (_node, _tools, host) => {
      const socket = createNet(host, createGuard(host)).createConnection(6379, 'redis');
      socket.once('connect', () => void talk(socket).then((text) => (reply = text)));
      return {};
    },
    () => undefined,
    { seed, untilMs: 30_000 },
  );
  return reply;
}

it('the simulated Redis answers the same under several seeds', async () => {
  const [first = '', ...others] = await Promise.all(['0x1', '0x2', '0x3'].map((seed) => simulated(seed as '0x1')));
  expect(first).toContain('proto\r\n:3');
  for (const other of others) expect(other).toBe(first);
});

const server = await realRedis();

describe.skipIf(server === null)('a real Redis', () => {
  afterAll(() => server?.stop());

  it('answers as the simulated Redis does', async () => {
    const { hostname, port } = new URL(server?.url ?? '');
    const socket = connect(Number(port), hostname);
    const real = await talk(socket);
    socket.destroy();
    const lines = (text: string): string[] => text.split('\r\n');
    expect(lines(await simulated('0x1'))).toEqual(lines(real));
  });
});
