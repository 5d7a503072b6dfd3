/**
 * What version 3 of the protocol makes of answers, byte by byte, from the simulated Redis and from
 * a real one.
 */
import { connect } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { realRedis } from '../test/real-redis.ts';
import { talk } from '../test/redis-protocol-3.ts';
import { runWorld } from '../../world/test/run-world.ts';

async function simulated(seed: `0x${string}`): Promise<string> {
  let heard = '';
  await runWorld(
    (_node, _tools, host) => {
      const socket = host.connectToRedis();
      if (socket === null) throw new Error('nothing to dial');
      socket.once('connect', () => void talk(socket).then((text) => (heard = text)));
      return {};
    },
    () => undefined,
    { seed, untilMs: 30_000 },
  );
  return heard;
}

it('the simulated one answers the same under several seeds', async () => {
  const [first = '', ...others] = await Promise.all(['0x1', '0x2', '0x3'].map((seed) => simulated(seed as '0x1')));
  expect(first).toContain('proto\r\n:3');
  for (const other of others) expect(other).toBe(first);
});

const server = await realRedis();

describe.skipIf(server === null)('a real Redis', () => {
  afterAll(() => server?.stop());

  it('answers as the simulated one', async () => {
    const { hostname, port } = new URL(server?.url ?? '');
    const socket = connect(Number(port), hostname);
    const real = await talk(socket);
    socket.destroy();
    const lines = (text: string): string[] => text.split('\r\n');
    expect(lines(await simulated('0x1'))).toEqual(lines(real));
  });
});
