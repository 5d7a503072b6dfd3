import { expect, test } from 'vitest';
import { aligned } from './browser/run/alignment.ts';

/** Rows as text: `a|a` for a pair, `a|` and `|a` for what one run has. */
function rowsOf(left: string, right: string): string {
  const at = (text: string) => (item: number) => text[item] ?? '';
  const indexes = (text: string): Int32Array => Int32Array.from([...text], (_, index) => index);
  const { left: lefts, right: rights } = aligned(indexes(left), indexes(right), at(left), at(right));
  return Array.from(lefts, (item, row) => `${at(left)(item)}|${at(right)(rights[row] ?? -1)}`).join(' ');
}

test.each([
  ['abc', 'abc', 'a|a b|b c|c'],
  ['abc', 'ac', 'a|a b| c|c'],
  ['ac', 'abc', 'a|a |b c|c'],
  ['abcd', 'acbd', 'a|a b| c|c |b d|d'],
  ['aab', 'ab', 'a|a a| b|b'],
  // The second x is counted from the beginning, and fits between the pairs.
  ['xab', 'axb', 'x| a|a |x b|b'],
  ['xabxcd', 'abxcd', 'x| a|a b|b x|x c|c d|d'],
  ['abx', 'aby', 'a|a b|b x| |y'],
  ['', 'ab', '|a |b'],
  ['ab', '', 'a| b|'],
  ['', '', ''],
])('%s beside %s', (left, right, rows) => {
  expect(rowsOf(left, right)).toBe(rows);
});

test('each item of both runs has one row, in order', () => {
  const left = Array.from({ length: 500 }, (_, index) => (index * 7) % 31);
  const right = Array.from({ length: 400 }, (_, index) => (index * 11) % 31);
  const rows = aligned(
    Int32Array.from(left.keys()),
    Int32Array.from(right.keys()),
    (item) => `${left[item]}`,
    (item) => `${right[item]}`,
  );
  const ascending = (items: Int32Array): number[] => [...items].filter((item) => item >= 0);
  expect(ascending(rows.left)).toEqual([...left.keys()]);
  expect(ascending(rows.right)).toEqual([...right.keys()]);
  const pairs = [...rows.left].flatMap((item, row) =>
    item < 0 || rows.right[row]! < 0 ? [] : [[item, rows.right[row]!]],
  );
  expect(pairs.length).toBeGreaterThan(30);
  for (const [item, partner] of pairs) expect(left[item!]).toBe(right[partner!]);
});
