/**
 * Runs the contract of Redis with unmodified ioredis over the simulated wire: a difference is one
 * of the simulated server.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { createRealClient, inWorld, simulatedTarget } from '../redis/test/redis-targets.ts';
import { WHOLE_CONTRACT } from '../redis/test/redis-whole-contract.ts';
import { loadWire, type Wire } from './test/wire.ts';

let wire: Wire;

beforeAll(async () => {
  wire = await loadWire();
});

describe('ioredis on the simulated wire', () => {
  it.each(WHOLE_CONTRACT)('%s', async (_, act, expected) => {
    const outcome = await inWorld(act, async (node, tools, host) =>
      simulatedTarget(createRealClient(await wire.load(host)), node, tools),
    );
    expect(outcome).toEqual(expected);
  });
});
