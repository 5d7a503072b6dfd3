import { expect, test } from 'vitest';
import { fileAs, joined, placed, type SourceOf, withLines } from './placed-text.ts';

const at = (line: number) => ({ text: 'system.js', line, column: 1 });

const sourceOf: SourceOf = ({ line, column }) =>
  line > 5 ? null : { file: `src/${line}.ts`, line: line * 10, column };

test('a text keeps the places of its parts', () => {
  const call = (line: number) => placed`at f in ${fileAs(`${line}.ts`, at(line))}`;
  const text = joined([placed`node-1 threw: gone, in ${fileAs('1.ts', at(1))}`, 'a line', call(1), call(2)], '\n');
  expect(text.text).toBe('node-1 threw: gone, in 1.ts\na line\nat f in 1.ts\nat f in 2.ts');
  expect(text.places.map(({ start, end }) => text.text.slice(start, end))).toEqual(['1.ts', '1.ts', '2.ts']);
  expect(withLines(text, sourceOf)).toBe(
    'node-1 threw: gone, in src/1.ts:10\na line\nat f in src/1.ts:10\nat f in src/2.ts:20',
  );
});

test('a place without a known source stays the name of its file', () => {
  const text = placed`${fileAs('a.ts', at(6))} and ${fileAs('b.ts', at(2))}`;
  expect(withLines(text, sourceOf)).toBe('a.ts and src/2.ts:20');
});
