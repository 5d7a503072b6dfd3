import { expect, test } from 'vitest';
import { TimeUpError, withinTime } from './with-timeout.ts';

test('what ends is as it would be', () => {
  expect(withinTime(10_000, () => 7)).toBe(7);
  const error = new TypeError('mine');
  const call = () =>
    withinTime(10_000, () => {
      throw error;
    });
  expect(call).toThrow(error);
  expect(withinTime(10_000, () => withinTime(10_000, () => 'within'))).toBe('within');
});

test('what never ends is stopped, whatever it catches', () => {
  const stubborn = () => {
    for (;;) {
      try {
        for (;;) Math.random();
      } catch {
        // Goes on.
      }
    }
  };
  expect(() => withinTime(50, stubborn)).toThrow(TimeUpError);
  expect(withinTime(10_000, () => 'and then')).toBe('and then');
});
