import { expect, test } from 'vitest';
import type { RunReport } from '../../search/job.ts';
import type { ChangeKind } from '../../search/passing/changes.ts';
import type { PassingRun } from '../../search/passing/passing-run.ts';
import { passingLines } from './compared.ts';

const shown = { steps: 9, failure: { verdict: 'no-progress', step: 7, text: '' }, records: [] } as unknown as RunReport;
const passing = (kind: ChangeKind): PassingRun =>
  ({ kind, when: 'when slower', report: { ...shown, failure: null }, index: 0 }) as unknown as PassingRun;

const COLUMNS = /fails +│ +passes/;

test.each<ChangeKind>(['choice', 'pause', 'order'])('a run that passes by %s is beside the failing one', (kind) => {
  const text = passingLines(shown, passing(kind), false).join('\n');
  expect(text).toMatch(/^holds when slower\n/);
  expect(text).toMatch(COLUMNS);
  expect(text).not.toContain('race');
});

test.each<ChangeKind>(['seed', 'dropped'])('one that passes by %s has a meaning, and columns if verbose', (kind) => {
  expect(passingLines(shown, passing(kind), false)).toEqual([
    'holds when slower',
    'everything nearer that was tried fails as well, so this is probably not a race:',
    'look at the code that step 7 runs',
    '(--verbose prints both runs)',
  ]);
  const verbose = passingLines(shown, passing(kind), true).join('\n');
  expect(verbose).toMatch(COLUMNS);
  expect(verbose).toContain('step 7 runs');
});

test('without a run that passes, the meaning is the same', () => {
  expect(passingLines(shown, null, true).slice(1)).toEqual(passingLines(shown, passing('seed'), false).slice(1, 3));
});
