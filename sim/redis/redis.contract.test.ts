/**
 * The same assertions on the real thing and on its twin: what the simulator finds with the twin can
 * be trusted so far.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, realRedis } from './test/real-redis.ts';
import { inWorld, realPlace, simulatedPlace } from './test/redis-places.ts';
import { WHOLE_CONTRACT } from './test/redis-whole-contract.ts';

describe('the simulated Redis', () => {
  it.each(WHOLE_CONTRACT)('%s', async (_, act, expected) => {
    const told = await inWorld(act, (node, tools) => simulatedPlace((options) => node.redis(options), node, tools));
    expect(told).toEqual(expected);
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
    const place = realPlace(server?.url ?? '', closedPort, title);
    try {
      expect(await act(place)).toEqual(expected);
    } finally {
      place.close();
    }
  });
});
