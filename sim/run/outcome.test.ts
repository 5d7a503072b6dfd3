import { expect, test } from 'vitest';
import { isOutcome, shownOutcome } from './outcome.ts';

test.each([
  ['ok'],
  [{ outcome: 'ok', detail: 'saw 3' }],
  [{ outcome: 'fail', detail: '' }],
  [{ outcome: 'unknown', detail: 'no answer', more: 1 }],
])('%j is an outcome', (value) => {
  expect(isOutcome(value)).toBe(true);
});

test.each<[unknown, string]>([
  ['fine', "'fine'"],
  [undefined, 'nothing'],
  [null, 'null'],
  [{ outcome: 'fail' }, '{"outcome":"fail"}'],
  [{ outcome: 'fine', detail: '' }, '{"outcome":"fine","detail":""}'],
  [1n, 'bigint'],
  [() => 1, 'function'],
])('%s is none, and shown as %s', (value, shown) => {
  expect([isOutcome(value), shownOutcome(value)]).toEqual([false, shown]);
});
