/**
 * Tests Node's clocks and timers and the simulated ones with the same assertions.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { formatSeed } from '../kernel/seed.ts';
import type { Clock, SimNode } from '../system/types.ts';
import { CLOCK_CONTRACT } from './test/clock-contract.ts';
import { realClock } from './test/real-clock.ts';
import { runWorld, type Tools } from './test/run-world.ts';
import { simulatedClock } from './test/simulated-clock.ts';

/** With each seed, other timers are late. */
const SEEDS = Array.from({ length: 20 }, (_, index) => formatSeed(BigInt(index + 1)));

describe('the simulated clock', () => {
  it.each(CLOCK_CONTRACT)('%s', async (_, act, expected) => {
    for (const seed of SEEDS) {
      let result: Promise<unknown> = Promise.reject(new Error('never ran'));
      result.catch(() => undefined);
      const start = (node: SimNode, tools: Tools) => {
        result = act(simulatedClock(node, tools));
        return {};
      };
      const run = await runWorld(start, () => undefined, { seed });
      expect(run.end).toEqual({ why: 'stopped' });
      const outcome = await Promise.race([result, new Promise((resolve) => setImmediate(resolve, 'it never ends'))]);
      expect(outcome, seed).toEqual(expected);
    }
  });
});

/** A clock as a production adapter implements it. */
const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
  startTimer: (_tag, delayMs, fire) => {
    // Node may fire early by a part of a millisecond, and treats a delay that is too long as 1 ms.
    const timer = setTimeout(fire, Math.min(Math.ceil(delayMs) + 1, 2 ** 31 - 1));
    return { cancel: () => clearTimeout(timer) };
  },
};

describe('a real clock', () => {
  const place = realClock(systemClock);

  afterEach(() => place.settled());

  it.each(CLOCK_CONTRACT)('%s', async (_, act, expected) => {
    expect(await act(place)).toEqual(expected);
  });
});
