import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { applyEdits } from '../../sim/load/variants.ts';
import { candidatesIn, uniqueEdit } from './candidates.ts';
import { editOf, lineOf, type Mutant } from './mutant.ts';

const FILE = 'core/streams.ts';
const streams = readFileSync(new URL(`../../${FILE}`, import.meta.url), 'utf8');

function planted({ find, put }: Mutant, text: string): string {
  return text.replace(find, () => put);
}

test('an expression is planted in parentheses, because its neighbours may bind tighter', async () => {
  const text = 'export const f = (a: number, b: number): boolean => !(a < b);\n';
  const mutants = await candidatesIn('core/f.ts', text);
  expect(mutants.map((mutant) => planted(mutant, text).trim())).toContain(
    'export const f = (a: number, b: number): boolean => !((a >= b));',
  );
});

test('blocks and cases are planted as they are', async () => {
  const text = 'export function f(a: number): void {\n  switch (a) {\n    case 1:\n      g();\n  }\n}\n';
  const texts = (await candidatesIn('core/f.ts', text)).map((mutant) => planted(mutant, text));
  expect(texts).toContain('export function f(a: number): void {}\n');
  expect(texts).toContain('export function f(a: number): void {\n  switch (a) {\n    case 1:\n  }\n}\n');
});

test('texts are not mutated', async () => {
  const mutants = await candidatesIn('core/f.ts', "export const a = 'one';\nexport const b = `two ${a}`;\n");
  expect(mutants).toEqual([]);
});

test('every mutant of a file is an edit that fits, in its own line', async () => {
  const mutants = await candidatesIn(FILE, streams);
  expect(mutants.length).toBeGreaterThan(50);
  for (const mutant of mutants) {
    const edit = editOf(mutant);
    expect(applyEdits(new Map([[edit.file, streams]]), [edit]).get(edit.file)).toBe(planted(mutant, streams));
    const line = lineOf(mutant, streams) ?? 0;
    expect(streams.split('\n')[line - 1]).toContain(mutant.original.split('\n')[0]);
  }
});

test('ids differ, and stay the same while other lines change', async () => {
  const before = (await candidatesIn(FILE, streams)).map(({ id }) => id);
  expect(new Set(before).size).toBe(before.length);
  const after = (await candidatesIn(FILE, `// A comment.\n${streams}`)).map(({ id }) => id);
  expect(after).toEqual(before);
});

test('equal lines have mutants with different ids and different places', async () => {
  const text = 'export function f(a: number[]): void {\n  a[0] += 1;\n  a[0] += 1;\n}\n';
  const additions = (await candidatesIn('core/f.ts', text)).filter(({ mutator }) => mutator === 'AssignmentOperator');
  expect(new Set(additions.map(({ id }) => id)).size).toBe(2);
  expect(new Set(additions.map((mutant) => planted(mutant, text))).size).toBe(2);
});

test('the text to find grows to whole lines until it occurs once', () => {
  const text = 'x;\na(1);\ny;\na(1);\nz;\n';
  const start = text.lastIndexOf('1');
  expect(uniqueEdit(text, start, start + 1, '2')).toEqual({ find: 'y;\na(1);\nz;', put: 'y;\na(2);\nz;' });
});

test('a mutant whose text has changed has no line', () => {
  const mutant = { id: 'a', mutator: 'b', file: 'c', original: 'x', replacement: 'y', find: 'x', put: '(y)' };
  expect(lineOf(mutant, 'a\nx')).toBe(2);
  expect(lineOf(mutant, 'a')).toBeNull();
  expect(lineOf(mutant, 'x x')).toBeNull();
});
