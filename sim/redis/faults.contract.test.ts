/**
 * Runs the contract of Redis faults on the simulated Redis and on a real server with the same
 * faults. sim/load/redis-faults-wire.contract.test.ts runs it with unmodified ioredis.
 */
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { formatSeed } from '../kernel/seed.ts';
import { RealRedisFaults } from './test/real-redis-faults.ts';
import { WHOLE_FAULTS_CONTRACT } from './test/redis-whole-contract.ts';
import { inFaultyWorld } from './test/simulated-redis-faults.ts';

const SEEDS = Array.from({ length: 5 }, (_, index) => formatSeed(BigInt(index + 1)));

describe('the simulated Redis', () => {
  it.each(WHOLE_FAULTS_CONTRACT)('%s', async (_, act, expected) => {
    for (const seed of SEEDS) {
      const outcome = await inFaultyWorld(act, seed, (node) => (options) => node.redis(options));
      expect(outcome, seed).toEqual(expected);
    }
  });
});

const target = await RealRedisFaults.start();

describe.skipIf(target === null)('a real Redis', () => {
  afterEach(() => target?.reset());
  afterAll(() => target?.stop());

  it.each(WHOLE_FAULTS_CONTRACT)('%s', async (_, act, expected) => {
    if (target !== null) expect(await act(target)).toEqual(expected);
  });
});
