import { expect, test } from 'vitest';
import { PLAIN } from './colour.ts';
import { unmodifiedLines } from './mutants-report.ts';

test('a failure of the unmodified code has its name, and the command that shows it', () => {
  const first = { name: 'one-record', command: 'npx seedstorm run chat.ts --seed 0x7' };
  expect(unmodifiedLines({ seeds: 50, of: 50, violations: 2, first }, PLAIN)).toEqual([
    '✖ unmodified code fails on 2 of 50 seeds, first by one-record',
    '  npx seedstorm run chat.ts --seed 0x7',
  ]);
});

test.each([
  [50, '✔ unmodified code holds on 50 seeds'],
  [7, '✔ unmodified code holds on 7 of 50 seeds'],
  [0, 'unmodified code was not run'],
])('%i of 50 seeds without a failure', (seeds, line) => {
  expect(unmodifiedLines({ seeds, of: 50, violations: 0, first: null }, PLAIN)).toEqual([line]);
});
