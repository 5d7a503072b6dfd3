/**
 * The contract of Redis, held by ioredis itself, unmodified, over the simulated wire: what differs
 * there is the simulated server's fault alone.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { createRealClient, inWorld, simulatedPlace } from '../redis/test/redis-places.ts';
import { WHOLE_CONTRACT } from '../redis/test/redis-whole-contract.ts';
import { loadWire, type Wire } from './test/wire.ts';

let wire: Wire;

beforeAll(async () => {
  wire = await loadWire();
});

describe('ioredis on the simulated wire', () => {
  it.each(WHOLE_CONTRACT)('%s', async (_, act, expected) => {
    const result = await inWorld(act, async (node, tools, host) =>
      simulatedPlace(createRealClient(await wire.load(host)), node, tools),
    );
    expect(result).toEqual(expected);
  });
});
