import { expect, test } from 'vitest';
import { Breaker } from './breaker.ts';

function opened(): Breaker {
  const breaker = new Breaker(2, 100);
  for (let count = 0; count < 2; count += 1) {
    expect(breaker.allows(0)).toBe(true);
    breaker.record(false, 0);
  }
  expect([breaker.allows(99), breaker.isOpen]).toEqual([false, true]);
  return breaker;
}

test('after its time it lets one caller through, whose success closes it', () => {
  const breaker = opened();
  expect(breaker.allows(100)).toBe(true);
  expect(breaker.allows(101)).toBe(false);
  breaker.record(true, 102);
  expect(breaker.isOpen).toBe(false);
  expect([breaker.allows(102), breaker.allows(102)]).toEqual([true, true]);
});

test('the failure of that caller opens it again', () => {
  const breaker = opened();
  expect(breaker.allows(100)).toBe(true);
  breaker.record(false, 110);
  expect(breaker.allows(209)).toBe(false);
  expect(breaker.allows(210)).toBe(true);
});

test('a caller without an outcome lets the next one try', () => {
  const breaker = opened();
  expect(breaker.allows(100)).toBe(true);
  breaker.withdraw();
  expect(breaker.allows(101)).toBe(true);
  expect(breaker.allows(102)).toBe(false);
});

test('a caller without an outcome does not count as a success', () => {
  const breaker = new Breaker(2, 100);
  breaker.record(false, 0);
  expect(breaker.allows(1)).toBe(true);
  breaker.withdraw();
  breaker.record(false, 2);
  expect(breaker.allows(3)).toBe(false);
});
