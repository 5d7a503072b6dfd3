import { expect, test } from 'vitest';
import type { RunRecord } from '../../kernel/record.ts';
import { foldedLine } from '../record-line.ts';
import { command, frame, repeated, stamped, timer } from '../test/written-records.ts';
import { excerptOf } from './excerpt.ts';

const TOO_MANY = { text: 'the run has not ended within 60000 steps', signature: 'no-progress: steps' };

function linesOf(
  records: readonly RunRecord[],
  failure: { readonly text: string; readonly signature: string },
): string[] {
  const last = records.at(-1)?.step ?? 0;
  return excerptOf(records, { step: last, ...failure })
    .map((folded) => foldedLine(folded, 60))
    .map(({ step, who, what }) => `${step} ${who} ${what}`);
}

test('a run that does not end shows what goes around, how often and from where on', () => {
  const rounds = repeated(400, 20, () => timer('drain', 'gateway', 'fired'));
  const lines = linesOf(stamped([1, 10, frame('client-1', {})], ...rounds), TOO_MANY);
  expect(lines).toContainEqual(expect.stringMatching(/^20 node-1 timer drain .*fired {2}× 400, until /));
});

test('what began the loop comes before what happened beside it', () => {
  const before = repeated(30, 10, (nth) => frame(`client-${nth + 2}`, { text: `before ${'x'.repeat(nth)}` }));
  const rounds = repeated(400, 100, () => command('set', 'room'));
  const records = stamped(...before, ...rounds);
  const first = records.findIndex(({ step }) => step === 100);
  // The frame of client-5 led to the first round, each round to the next.
  const causes = records.map((_, position) => (position === first ? [3] : position > first ? [position - 1] : []));
  const shown = excerptOf(records, { step: records.at(-1)?.step ?? 0, ...TOO_MANY }, { causes });
  expect(shown.map(({ record }) => record)).toContain(records[3]);
});

test('other failures show repetitions as before', () => {
  const rounds = repeated(400, 20, () => timer('drain', 'gateway', 'fired'));
  const lines = linesOf(stamped([1, 10, frame('client-1', {})], ...rounds), {
    text: 'client-1 is late',
    signature: 'late',
  });
  expect(lines).not.toContainEqual(expect.stringContaining('× 400'));
});
