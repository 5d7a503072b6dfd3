/**
 * Runs the contract of Redis faults on the simulated Redis and on a real server with the same
 * faults.
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
      let faulty: SimNode | null = null;
      const start = (node: SimNode, tools: Tools) => {
        if (faulty === null) faulty = node;
        else result = act(simulatedRedisFaults(faulty, node, tools));
        return {};
      };
      const run = await runWorld(start, () => undefined, { seed, nodes: 2 });
      expect(run.end).toEqual({ why: 'stopped' });
      const outcome = await Promise.race([result, new Promise((resolve) => setImmediate(resolve, 'never settled'))]);
      expect(outcome, seed).toEqual(expected);
    }
  });
});

const target = await RealRedisFaults.start();

describe.skipIf(target === null)('a real Redis', () => {
  afterEach(() => target?.reset());
  afterAll(() => target?.stop());

  it.each(REDIS_FAULTS_CONTRACT)('%s', async (_, act, expected) => {
    if (target !== null) expect(await act(target)).toEqual(expected);
  });
});
