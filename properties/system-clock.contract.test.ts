/** The gateway's system clock passes the same contract as the simulated clock. */
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../core/adapters/system-clock.ts';
import { CLOCK_CONTRACT } from '../sim/world/test/clock-contract.ts';
import { realClock } from '../sim/world/test/real-clock.ts';

describe('the system clock', () => {
  const place = realClock(systemClock);

  afterEach(() => place.settled());

  it.each(CLOCK_CONTRACT)('%s', async (_, act, expected) => {
    expect(await act(place)).toEqual(expected);
  });
});
