/**
 * Runs the contract of sockets on the simulated sockets and on real ones: what both pass shows how
 * far the simulation can be trusted.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RUNS_LONG_TESTS } from '../cli/test/long.ts';
import { formatSeed } from '../kernel/seed.ts';
import type { SimNode } from '../system/types.ts';
import { type RealSockets, realSockets } from './test/real-sockets.ts';
import { runWorld, type Tools } from '../world/test/run-world.ts';
import { simulatedSockets } from './test/simulated-sockets.ts';
import { SOCKET_CONTRACT } from './test/socket-contract.ts';

/** Each seed has different delays and orders. */
const SEEDS = Array.from({ length: RUNS_LONG_TESTS ? 5 : 2 }, (_, index) => formatSeed(BigInt(index + 1)));

describe('the simulated sockets', () => {
  it.each(SOCKET_CONTRACT)('%s', async (_, act, expected) => {
    for (const seed of SEEDS) {
      let result: Promise<unknown> = Promise.reject(new Error('never ran'));
      result.catch(() => undefined);
      const start = (node: SimNode, tools: Tools) => {
        result = act(simulatedSockets(node, tools));
        return {};
      };
      const run = await runWorld(start, () => undefined, { seed });
      expect(run.end).toEqual({ why: 'stopped' });
      const outcome = await Promise.race([result, new Promise((resolve) => setImmediate(resolve, 'it never ends'))]);
      expect(outcome, seed).toEqual(expected);
    }
  });
});

describe('real sockets', () => {
  let target: RealSockets;

  beforeAll(async () => {
    target = await realSockets();
  });
  afterAll(() => target.stop());

  it.each(SOCKET_CONTRACT)('%s', async (_, act, expected) => {
    expect(await act(target)).toEqual(expected);
  });
});
