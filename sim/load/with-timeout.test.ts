import { expect, test } from 'vitest';
import { TimeoutError, withTimeout } from './with-timeout.ts';

test('a call that ends returns or throws as usual', () => {
  expect(withTimeout(10_000, () => 7)).toBe(7);
  const error = new TypeError('mine');
  const call = () =>
    withTimeout(10_000, () => {
      throw error;
    });
  expect(call).toThrow(error);
  expect(withTimeout(10_000, () => withTimeout(10_000, () => 'within'))).toBe('within');
});

test('a call that never ends is stopped, even if it catches errors', () => {
  const stubborn = () => {
    for (;;) {
      try {
        for (;;) Math.random();
      } catch {
        // Goes on.
      }
    }
  };
  expect(() => withTimeout(50, stubborn)).toThrow(TimeoutError);
  expect(withTimeout(10_000, () => 'and then')).toBe('and then');
});

test('a call that got little CPU time is made again, with more time', () => {
  // Long enough that other threads of this process take no quarter of the time.
  const sleepMs = [2000, 2000, 1];
  let calls = 0;
  const slow = () => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, sleepMs[calls++] ?? 1);
    return 'at last';
  };
  expect(withTimeout(500, slow)).toBe('at last');
  expect(calls).toBeGreaterThanOrEqual(3);
});

test('a call that never wakes is stopped after all', () => {
  let calls = 0;
  const waits = () => {
    calls += 1;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  };
  expect(() => withTimeout(20, waits)).toThrow(TimeoutError);
  expect(calls).toBeLessThanOrEqual(4);
});
