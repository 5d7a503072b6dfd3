/**
 * Runs the contract of Redis on the simulated client and server, and on `ioredis` with a real
 * server: what both pass shows how far the simulation can be trusted.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, realRedis } from './test/real-redis.ts';
import { inWorld, realTarget, simulatedTarget } from './test/redis-targets.ts';
import { WHOLE_CONTRACT } from './test/redis-whole-contract.ts';

describe('the simulated Redis', () => {
  it.each(WHOLE_CONTRACT)('%s', async (_, act, expected) => {
    const outcome = await inWorld(act, (node, tools) => simulatedTarget((options) => node.redis(options), node, tools));
    expect(outcome).toEqual(expected);
  });
});

const server = await realRedis();

describe.skipIf(server === null)('a real Redis', () => {
  let closedPort = 0;

  beforeAll(async () => {
    closedPort = await freePort();
  });
  afterAll(() => server?.stop());

  it.each(WHOLE_CONTRACT)('%s', async (title, act, expected) => {
    const target = realTarget(server?.url ?? '', closedPort, title);
    try {
      expect(await act(target)).toEqual(expected);
    } finally {
      target.close();
    }
  });
});
