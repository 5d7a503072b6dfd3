import { expect, test } from 'vitest';
import { measure, table } from './document.ts';
import { compare, median } from './figure.ts';
import { flagsOf } from './flags.ts';
import { QUICK } from './sizes.ts';

test('the document holds every figure with a reference and their ratio', async () => {
  const document = await measure(QUICK);
  expect(document.node).toMatch(/^v\d+\./);
  expect(document.cpus).toBeGreaterThan(0);
  expect(document.figures.map(({ name }) => name)).toEqual([
    'kernel, 10 actors',
    'gateway, 4 clients',
    'growth, 4 clients',
    'small seeds',
    'fixed cost of a run',
  ]);
  for (const figure of document.figures) {
    expect(Object.keys(figure)).toEqual(['name', 'unit', 'ours', 'reference', 'referenceName', 'ratio']);
    for (const value of [figure.ours, figure.reference, figure.ratio]) expect(value).toBeGreaterThan(0);
    expect(figure.unit).toMatch(/.\/./);
    expect(figure.referenceName).not.toBe('');
  }
  expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  expect(table(document).split('\n')).toHaveLength(document.figures.length + 3);
});

test('a comparison takes turns, warms up first and gives medians', async () => {
  const said: string[] = [];
  const ours = [100, 2, 8, 4];
  const reference = [100, 1, 2, 4];
  const figure = await compare({ name: 'a', unit: 'b/c', referenceName: 'd' }, 3, {
    ours: () => {
      said.push('ours');
      return Promise.resolve(ours.shift() ?? 0);
    },
    reference: () => {
      said.push('reference');
      return Promise.resolve(reference.shift() ?? 0);
    },
  });
  expect(said.join(' ')).toBe('ours reference ours reference ours reference ours reference');
  expect(figure).toEqual({ name: 'a', unit: 'b/c', referenceName: 'd', ours: 4, reference: 2, ratio: 2 });
});

test.each([
  [[3, 1, 2], 2],
  [[4, 1, 2, 3], 2.5],
])('the median of %j is %d', (values, expected) => {
  expect(median(values)).toBe(expected);
});

test('flags are read, and wrong ones are refused in one line', () => {
  expect(flagsOf([])).toEqual({ json: false, quick: false });
  expect(flagsOf(['--json', '--quick', '--only', 'seeds'])).toEqual({ json: true, quick: true, only: 'seeds' });
  expect(() => flagsOf(['--bogus'])).toThrow(/^[^\n]*--bogus[^\n]*$/);
  expect(() => flagsOf(['--only', 'bogus'])).toThrow('--only takes one of kernel, gateway, growth, seeds');
  expect(() => flagsOf(['--only'])).toThrow(/^[^\n]*--only[^\n]*$/);
  expect(() => flagsOf(['more'])).toThrow(/^[^\n]*more[^\n]*$/);
});
