import { expect, test } from 'vitest';
import { isOutcome, shownOutcome } from './outcome.ts';

test.each([['ok'], [{ outcome: 'fail', detail: '' }], [{ outcome: 'unknown', detail: 'no answer', more: 1 }]])(
  '%j is an outcome',
  (value) => {
    expect(isOutcome(value)).toBe(true);
  },
);

test.each<[unknown, string]>([
  ['fine', "'fine'"],
  [undefined, 'nothing'],
  [null, 'null'],
  [{ outcome: 'fail' }, '{"outcome":"fail"}'],
  [{ outcome: 'ok', detail: '' }, '{"outcome":"ok","detail":""}'],
  [1n, 'bigint'],
  [() => 1, 'function'],
])('%s is none, and shown as %s', (value, shown) => {
  expect([isOutcome(value), shownOutcome(value)]).toEqual([false, shown]);
});
