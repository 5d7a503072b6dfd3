import { expect, test } from 'vitest';
import { countBetween, durationText, parseDuration, parseSeedValue } from './values.ts';

test.each([
  ['500ms', 500],
  ['10s', 10_000],
  ['1.5m', 90_000],
  ['2h', 7_200_000],
])('the time %s', (text, ms) => expect(parseDuration(text)).toBe(ms));

test.each(['10', '', '0s', '-1s', '1e3s', '10 s', 's', '721h', '0.1ms', '1d', '٣s'])('no time: %j', (text) => {
  expect(() => parseDuration(text)).toThrow(/Give a time/);
});

test.each([
  [90_000, '90s'],
  [120_000, '2m'],
  [1500, '1500ms'],
  [0.2, '1ms'],
])('%d ms is written %s', (ms, text) => expect(durationText(ms)).toBe(text));

test('counts', () => {
  const parse = countBetween(1, 64);
  expect([parse('1'), parse('64'), parse('007')]).toEqual([1, 64, 7]);
  for (const wrong of ['0', '65', '', 'x', '1.5', '-1', '+1', '0x10', '1e1', ' 1', '9'.repeat(40)]) {
    expect(() => parse(wrong)).toThrow(/whole number from 1 to 64/);
  }
});

test('seeds', () => {
  expect(parseSeedValue('0x005F')).toBe('0x5f');
  for (const wrong of ['5', '0x', '0xg', '0x11112222333344445', '', '-0x1']) {
    expect(() => parseSeedValue(wrong)).toThrow(/hexadecimal/);
  }
});
