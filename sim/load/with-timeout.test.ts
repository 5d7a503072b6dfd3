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
