import { expect, test } from 'vitest';
import type { RunRecord, Unstamped } from '../kernel/record.ts';
import { PLAIN } from './colour.ts';
import { excerptOf } from './excerpt/excerpt.ts';
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
    expect(excerptOf(records, failure).at(-1)?.record).toBe(detectedAt);
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

test('lines that a process wrote are shown as they are, and its exit with its code', () => {
  const at = { step: 1, atMs: 0, node: 'node-1', process: 1 };
  const shown: RunRecord[] = [
    { ...at, type: 'probe', name: 'sim.output', fields: { stream: 'stdout', line: 'a line' } },
    { ...at, type: 'node', phase: 'crashed', exit: { code: 3, signal: '', by: 'itself' } },
    { ...at, type: 'node', process: 2, phase: 'stopped', exit: { code: 143, signal: 'SIGTERM', by: 'outside' } },
  ];
  const lines = traceLines(shown, { failure: null, verbose: false }, PLAIN);
  expect(lines.map((line) => line.replace(/^.*node-1 +/, ''))).toEqual([
    '│ a line',
    'crashed (exit code 3)',
    'stopped (process 2, SIGTERM)',
  ]);
});

test('an excerpt has the lines of a process that concern the failure', () => {
  const line = (step: number, stream: string, text: string): RunRecord => ({
    type: 'probe',
    step,
    atMs: 0,
    node: 'node-1',
    process: 1,
    name: 'sim.output',
    fields: { stream, line: text },
  });
  const lines = [line(1, 'stdout', 'client-1 joined'), line(2, 'stdout', 'client-2 joined'), line(3, 'stdout', 'end')];
  const excerpt = excerptOf(lines, { step: 3, text: 'client-2 is missing' });
  expect(excerpt.map(({ record }) => record)).toEqual(lines.slice(1));
});

test('lines are found by their text, also by what a line cuts, and so is printed text', () => {
  const at = { step: 1, atMs: 0, node: 'node-1', process: 1 };
  const note = (text: string): RunRecord => ({ ...at, type: 'probe', name: 'note', fields: { text } });
  const notes = [note('first'), note(`${'x'.repeat(200)} needle`)];
  const printed = [{ after: 1, step: 1, atMs: 0, who: 'node-1', text: 'a line\na Needle' }];
  const found = (grep: string): string[] =>
    traceLines(notes, { failure: null, verbose: false, printed, grep }, PLAIN).map((line) =>
      line.replace(/^.*node-1 +/, '').slice(0, 12),
    );
  expect(found('needle')).toEqual(['│ a Needle', 'note text=xx']);
  expect(found('node-1 note text=f')).toEqual(['note text=fi']);
  expect(found('nowhere')).toEqual([]);
});
