import { Script } from 'node:vm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SIMULATED_FILE } from '../../system/stack-frames.ts';
import { functionsThatRan, namesIn } from './blocks.ts';
import { Coverage } from './coverage.ts';

const CODE = `({
  early(word) {
    if (word === 'plum') return null;
    else word.at(0);
    return word;
  },
  async late(before) {
    before.at(0);
    await null;
    return before.map((one) => one.at(0));
  },
  each(words) {
    return words.map((one) => one.at(0));
  },
  unused() {
    return 1;
  },
})`;

interface Functions {
  early: (word: string) => string | null;
  each: (words: readonly string[]) => unknown;
  late: (words: readonly string[]) => Promise<unknown>;
}

let coverage: Coverage;
let functions: Functions;

beforeEach(async () => {
  coverage = await Coverage.start();
  functions = new Script(CODE, { filename: `${SIMULATED_FILE}blocks.js` }).runInThisContext() as Functions;
  taken();
});

afterEach(() => coverage.stop());

interface Taken {
  readonly name: string;
  readonly lines: readonly number[];
  readonly skipped: readonly string[];
}

function taken(): Taken[] {
  return coverage
    .takeScripts((text) => text === 'blocks.js')
    .flatMap((script) => functionsThatRan(script, namesIn('blocks.js', CODE)))
    .map(({ name, lines, skipped }) => ({
      name,
      lines,
      skipped: skipped.map(({ start, end }) => CODE.slice(start, end)),
    }));
}

test('a function that returns early has the branch that ran, and what it skipped', () => {
  functions.early('plum');
  expect(taken()).toEqual([{ name: 'early', lines: [2, 3], skipped: ['word.at(0);\n    return word;'] }]);
});

test('each take has what ran since the one before', () => {
  functions.early('plum');
  taken();
  functions.early('pear');
  expect(taken()).toEqual([{ name: 'early', lines: [2, 3, 4, 5], skipped: ['return null;'] }]);
  expect(taken()).toEqual([]);
});

test('a function without a name that was not called is skipped', () => {
  functions.each([]);
  expect(taken()).toEqual([{ name: 'each', lines: [12, 13], skipped: ['(one) => one.at(0)'] }]);
});

test('behind an await, only what runs later is there', async () => {
  const late = functions.late([]);
  expect(taken()).toMatchObject([{ name: 'late', lines: [7, 8, 9] }]);
  await late;
  expect(taken()).toEqual([{ name: 'late', lines: [10], skipped: [] }]);
});

test('a function on a line of another one is listed when it runs', async () => {
  const late = functions.late(['pear']);
  taken();
  await late;
  expect(taken()).toEqual([
    { name: 'late', lines: [10], skipped: [] },
    { name: 'callback in late', lines: [10], skipped: [] },
  ]);
});
