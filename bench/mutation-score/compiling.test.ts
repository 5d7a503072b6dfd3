import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compiling } from './compiling.ts';
import type { Mutant } from './mutant.ts';

const FILES = {
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      target: 'es2023',
      lib: ['es2023'],
      module: 'nodenext',
      types: [],
      strict: true,
      noEmit: true,
      noUnusedLocals: true,
      allowImportingTsExtensions: true,
    },
  }),
  'a.ts': `
export const table = { n: 1 };
export function twice(n: number): number {
  const factor = 2;
  return n * factor;
}
export class Counter {
  #n = 0;
  add(other: Counter): void {
    this.#n += other.#n;
  }
}`,
  'b.ts': `
import { Counter, table, twice } from './a.ts';
export const four = twice(table.n + 1);
export function sum(one: Counter): void {
  one.add(new Counter());
}`,
};

let root = '';

beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'compiling-'));
  for (const [name, text] of Object.entries(FILES)) writeFileSync(path.join(root, name), text);
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

function mutant(file: keyof typeof FILES, find: string, put: string): Mutant {
  return { id: `${find} to ${put}`, mutator: 'any', file, original: find, replacement: put, find, put };
}

const CASES = [
  { what: 'another value', accepted: true, mutant: mutant('a.ts', 'n * factor', '(n / factor)') },
  { what: 'a wrong type', accepted: false, mutant: mutant('a.ts', 'n * factor', '("")') },
  { what: 'a syntax error', accepted: false, mutant: mutant('a.ts', 'n * factor', '(n *)') },
  { what: 'a variable that is no longer used', accepted: true, mutant: mutant('a.ts', 'n * factor', '(n)') },
  { what: 'declarations that an importer needs', accepted: false, mutant: mutant('a.ts', '{ n: 1 }', '({})') },
  { what: 'declarations that suit importers', accepted: true, mutant: mutant('a.ts', '{ n: 1 }', '({ n: 1, m: 2 })') },
  { what: 'a use of a class with private members', accepted: true, mutant: mutant('b.ts', 'table.n + 1', '(1)') },
];

test('the compiler decides which mutants are accepted', () => {
  const accepted = compiling(
    CASES.map((one) => one.mutant),
    { root, entry: 'b.ts' },
  );
  const decisions = CASES.map((one) => ({ what: one.what, accepted: accepted.has(one.mutant.id) }));
  expect(decisions).toEqual(CASES.map(({ what, accepted: isAccepted }) => ({ what, accepted: isAccepted })));
});
