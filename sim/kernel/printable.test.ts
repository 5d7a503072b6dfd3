import { expect, test } from 'vitest';
import { printable } from './printable.ts';

test.each([
  ['text ÄÖ→…✖ 価格 🎈', 'text ÄÖ→…✖ 価格 🎈'],
  ['\x1b[31mred\x1b[0m', '�[31mred�[0m'],
  ['two\r\nlines\ttab', 'two��lines�tab'],
  ['\u009b2J', '�2J'],
  ['abc\u202edcba', 'abc�dcba'],
  ['half \ud83d', 'half �'],
  ['\u2028', '�'],
])('%j', (text, shown) => {
  expect(printable(text)).toBe(shown);
});

test('a long text is cut between characters', () => {
  expect(printable('🎈'.repeat(10), 5)).toBe('🎈🎈🎈🎈…');
  expect(printable('x'.repeat(1_000_000), 5)).toBe('xxxx…');
  expect(printable('12345', 5)).toBe('12345');
});
