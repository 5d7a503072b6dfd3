import { describe, expect, test } from 'vitest';
import { AuthenticationLimiter } from './authentication-limiter.ts';
import { TokenBucket } from './limiter.ts';
import { limits } from './limits.ts';

describe('TokenBucket', () => {
  const taken = (bucket: TokenBucket, nowMs: number): number => {
    let count = 0;
    while (bucket.take(nowMs)) count += 1;
    return count;
  };

  test('allows the burst at once and then the rate per second', () => {
    const bucket = new TokenBucket({ burst: 5, perSecond: 2 }, 0);
    expect(taken(bucket, 0)).toBe(5);
    expect(taken(bucket, 499)).toBe(0);
    expect(taken(bucket, 500)).toBe(1);
    expect(taken(bucket, 2_500)).toBe(4);
  });

  test('never holds more than the burst', () => {
    expect(taken(new TokenBucket({ burst: 5, perSecond: 2 }, 0), 3_600_000)).toBe(5);
  });
});

describe('AuthenticationLimiter', () => {
  const table = limits({ failedAuthenticationsBurst: 2, failedAuthenticationsPerMinute: 60 });

  test('blocks an address after its failures, and no other', () => {
    const limiter = new AuthenticationLimiter(table);
    limiter.failed('a', 0);
    expect(limiter.allows('a', 0)).toBe(true);
    limiter.failed('a', 0);
    expect(limiter.allows('a', 0)).toBe(false);
    expect(limiter.allows('b', 0)).toBe(true);
  });

  test('unblocks an address with time, and a sweep before that changes nothing', () => {
    const limiter = new AuthenticationLimiter(table);
    limiter.failed('a', 0);
    limiter.failed('a', 0);
    limiter.sweep(500);
    expect(limiter.allows('a', 500)).toBe(false);
    expect(limiter.allows('a', 1_000)).toBe(true);
    limiter.sweep(1_999);
    expect(limiter.addressCount).toBe(1);
    limiter.sweep(2_000);
    expect(limiter.addressCount).toBe(0);
  });

  test('drops the oldest addresses when there are too many', () => {
    const limiter = new AuthenticationLimiter(table);
    const fail = (address: string): void => {
      limiter.failed(address, 0);
      limiter.failed(address, 0);
    };
    for (let index = 0; index <= 10_000; index += 1) fail(String(index));
    expect(limiter.allows('0', 0)).toBe(true);
    expect(limiter.allows('10000', 0)).toBe(false);
  });
});
