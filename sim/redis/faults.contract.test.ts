/**
 * The faults of the simulated Redis, held against a real server that is made to suffer the same.
 */
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { formatSeed } from '../kernel/seed.ts';
import type { SimNode } from '../system/types.ts';
import { RealRedisFaults } from './test/real-redis-faults.ts';
import { REDIS_FAULTS_CONTRACT } from './test/redis-faults.ts';
import { runWorld, type Tools } from '../world/test/run-world.ts';
import { simulatedRedisFaults } from './test/simulated-redis-faults.ts';

const SEEDS = Array.from({ length: 5 }, (_, index) => formatSeed(BigInt(index + 1)));

describe('the simulated Redis', () => {
  it.each(REDIS_FAULTS_CONTRACT)('%s', async (_, act, expected) => {
    for (const seed of SEEDS) {
      let result: Promise<unknown> = Promise.reject(new Error('never ran'));
      result.catch(() => undefined);
      let sufferer: SimNode | null = null;
      const start = (node: SimNode, tools: Tools) => {
        if (sufferer === null) sufferer = node;
        else result = act(simulatedRedisFaults(sufferer, node, tools));
        return {};
      };
      const run = await runWorld(start, () => undefined, { seed, nodes: 2 });
      expect(run.end).toEqual({ why: 'stopped' });
      const told = await Promise.race([result, new Promise((resolve) => setImmediate(resolve, 'it never ends'))]);
      expect(told, seed).toEqual(expected);
    }
  });
});

const place = await RealRedisFaults.start();

describe.skipIf(place === null)('a real Redis', () => {
  afterEach(() => place?.reset());
  afterAll(() => place?.stop());

  it.each(REDIS_FAULTS_CONTRACT)('%s', async (_, act, expected) => {
    if (place !== null) expect(await act(place)).toEqual(expected);
  });
});
