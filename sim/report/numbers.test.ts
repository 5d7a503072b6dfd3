import { expect, test } from 'vitest';
import { counted, duration, roughly, whole } from './numbers.ts';

test.each([
  [0, '0'],
  [999, '999'],
  [1000, '1,000'],
  [1234567.4, '1,234,567'],
])('whole %d', (value, text) => expect(whole(value)).toBe(text));

test.each([
  [12_345, '12,345'],
  [3_140_000, '3.1 M'],
  [2e9, '2.0 G'],
])('roughly %d', (value, text) => expect(roughly(value)).toBe(text));

test.each([
  [850.4, '850 ms'],
  [12_400, '12.4 s'],
  [210_000, '3.5 min'],
  [24_120_000, '6.7 h'],
  [3.6e9, '1,000 h'],
])('duration %d', (ms, text) => expect(duration(ms)).toBe(text));

test('counted', () => {
  expect([counted(1, 'seed'), counted(2, 'seed'), counted(0, 'property', 'properties')]).toEqual([
    '1 seed',
    '2 seeds',
    '0 properties',
  ]);
});
