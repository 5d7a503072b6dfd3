import { expect, test } from 'vitest';
import { type CodeFrame, RecordCode } from './record-code.ts';

const frame = (name: string): CodeFrame => ({ name, place: { text: 'system.js', line: 3, column: 1 } });

test('records have the functions that wrote them, and equal functions are kept once', () => {
  const stacks = [[frame('a'), frame('b')], [], [frame('b')]];
  const code = new RecordCode(() => stacks.shift() ?? []);
  for (const record of [0, 1, 2]) code.wrote(record);
  expect(code.paths.map(({ record, frames }) => [record, frames.map(({ name }) => name)])).toEqual([
    [0, ['a', 'b']],
    [2, ['b']],
  ]);
  expect(code.paths[1]?.frames[0]).toBe(code.paths[0]?.frames[1]);
});

test('only the innermost functions of a deep recursion are kept', () => {
  const code = new RecordCode(() => Array.from({ length: 40 }, (_, depth) => frame(String(depth))));
  code.wrote(0);
  expect(code.paths[0]?.frames.map(({ name }) => name)).toEqual(Array.from({ length: 16 }, (_, depth) => `${depth}`));
});

test('without a way to look, nothing is kept', () => {
  const code = new RecordCode(undefined);
  code.wrote(0);
  expect(code.paths).toEqual([]);
});
