import { expect, test } from 'vitest';
import type { RunRecord, Unstamped } from '../kernel/record.ts';
import { PLAIN } from './colour.ts';
import { excerptOf } from './excerpt.ts';
import { traceLines } from './trace.ts';

const command = (phase: 'sent' | 'applied', key: string): Unstamped =>
  ({ type: 'command', node: 'node-1', id: 'c1', command: 'set', key, phase, detail: '' }) as never;
const timer = (label: string, phase: 'started' | 'fired'): Unstamped =>
  ({ type: 'timer', node: 'node-1', label, owner: 'stream:AAPL', phase }) as never;

/** One record in each step. */
const records = [
  timer('other', 'started'),
  timer('feed:AAPL', 'fired'),
  command('sent', 'a'),
  command('applied', 'a'),
  command('sent', 'b'),
].map((record, index) => ({ ...record, step: index + 1, atMs: 0 }) as RunRecord);

const trace = (failure: { step: number; text: string } | null, verbose = false): string[] =>
  traceLines(records, { failure, verbose }, PLAIN).map((line) => line.replace(/^.*node-1 +/, ''));

test('a trace hides timers and duplicates, unless it is verbose', () => {
  expect(trace(null)).toEqual(['redis applied: set a']);
  expect(trace(null, true)).toHaveLength(5);
});

test('the record at which a failure was detected is in the report and in the trace', () => {
  for (const failure of [
    { step: 5, text: 'a write began' },
    { step: 2, text: 'a feed goes on' },
    { step: 1, text: 'nothing that has a name' },
  ]) {
    const detectedAt = records[failure.step - 1];
    expect(excerptOf(records, failure).at(-1)).toBe(detectedAt);
    const wanted =
      detectedAt?.type === 'timer'
        ? `timer ${detectedAt.label} of stream:AAPL ${detectedAt.phase}`
        : 'redis sent: set b';
    expect(trace(failure)).toContain(wanted);
  }
});

test('a trace has every record that the report of its failure has', () => {
  expect(trace({ step: 4, text: 'feed:AAPL still runs' })).toEqual([
    'timer feed:AAPL of stream:AAPL fired',
    'redis applied: set a',
  ]);
});
