import { describe, expect, test } from 'vitest';
import { ClusterRates } from './cluster-rates.ts';

describe('ClusterRates', () => {
  const create = () => new ClusterRates({ burst: 10, perSecond: 2, usersMax: 4 });
  const taken = (rates: ClusterRates, nowMs: number, user = 'ada'): number => {
    let count = 0;
    while (rates.take(user, nowMs)) count += 1;
    return count;
  };

  test('allows the burst and the frames of a second at once, then the rate', () => {
    const rates = create();
    expect([taken(rates, 0), taken(rates, 499), taken(rates, 500), taken(rates, 2500)]).toEqual([12, 0, 1, 4]);
    expect(taken(rates, 100_000)).toBe(12);
  });

  test('counts frames of other nodes, and its own only once', () => {
    const rates = create();
    for (let count = 0; count < 3; count += 1) rates.take('ada', 1000);
    expect(rates.unsharedUsers()).toEqual(['ada']);
    expect(rates.share('ada', 1200)).toEqual({ count: 3, sinceMs: 1000 });
    rates.take('ada', 1250);
    // Of eight frames, three are its own, and one more is not shared yet.
    rates.learned('ada', 1200, 4000);
    expect(rates.level('ada', 1200)).toBe(3);
    expect(rates.share('ada', 1300)).toEqual({ count: 1, sinceMs: 1250 });
    expect([rates.unsharedUsers(), rates.share('ada', 1400).count]).toEqual([[], 0]);
  });

  test('learns of users who have sent it nothing', () => {
    const rates = create();
    rates.learned('ada', 0, 5000);
    rates.learned('bob', 0, 0);
    expect([rates.level('ada', 0), rates.level('bob', 0), rates.size]).toEqual([2, 12, 1]);
  });

  test('forgets users whose bucket is full, and the oldest half of too many', () => {
    const rates = create();
    rates.take('ada', 0);
    rates.sweep(499);
    expect(rates.size).toBe(1);
    rates.sweep(500);
    expect(rates.size).toBe(0);
    for (const user of ['a', 'b', 'c', 'd', 'e']) rates.take(user, 0);
    expect([rates.size, rates.level('b', 0), rates.level('c', 0)]).toEqual([3, 12, 11]);
  });
});
