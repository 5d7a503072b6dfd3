import { expect, test } from 'vitest';
import type { Finding } from '../search/finding.ts';
import { sampleFailure, sampleReplay } from '../replay/test/sample.ts';
import { PLAIN } from './colour.ts';
import { failureReport } from './failure-report.ts';
import { frame, stamped } from './test/written-records.ts';

const records = stamped(
  [1, 0, { type: 'node', node: 'node-1', process: 1, phase: 'started' }],
  [4, 9000, { type: 'timer', node: 'node-1', label: 'ping', owner: 'conn:client-9', phase: 'fired' }],
  [
    5,
    10_000,
    { type: 'operation', id: 'client-2.2', actor: 'client-2', name: 'subscribe', phase: 'begin', detail: '' },
  ],
  [6, 10_010, frame('client-2', { phase: 'sent', text: '{"symbol":"AAPL"}' })],
  [7, 10_020, frame('client-2', { text: '{"symbol":"AAPL"}' })],
  [8, 10_500, frame('client-2', { kind: 'ping' })],
  [9, 10_600, frame('client-7', { text: 'not of interest' })],
  [11, 11_190, frame('client-2', { kind: 'close', code: 1006 })],
  [
    12,
    11_191,
    { type: 'fault', id: 'fault-1', kind: 'redis-reply-lost', target: '', phase: 'hit', detail: 'del conn:client-2' },
  ],
  [14, 11_240, { type: 'probe', node: 'node-1', process: 1, name: 'task', fields: { label: 'stream:AAPL' } }],
  [15, 11_900, frame('client-2', { text: 'after the failure' })],
);

const finding: Finding = {
  seed: '0x5f21c0de',
  original: { ...sampleFailure, step: 1842, atMs: 12_400 },
  failure: sampleFailure,
  plan: { ...sampleReplay().plan, cohorts: [], minimal: true },
  digest: 'fedcba9876543210',
  codeHash: '0123456789abcdef',
  records,
  places: [],
  causes: [],
  choices: { 'client-2.2/latency/1': 0.9 },
  shrunk: {
    before: { operations: 212, faults: 4, choices: 861 },
    after: { operations: 5, faults: 1, choices: 1 },
    runs: 80,
    wallMs: 1900,
  },
  replayed: { same: 3, of: 3 },
};

const scripts = { watcher: { script: () => [] } };

const places = { saved: 'replays/no-orphan-tasks-a1b2c3.json', command: 'npm run sim -- replay a1b2c3' };

test('a report has the place, the size, the text, the records and a command', () => {
  expect(`\n${failureReport(finding, scripts, places, PLAIN).join('\n')}\n`).toBe(`
✖ no-orphan-tasks  WS-003  seed 0x5f21c0de  step 1842  t=12.4 s
  shrunk 212 → 5 operations, 4 → 1 faults, 861 → 1 choices in 1.9 s; replayed 3/3
  client-2 left at 11.2 s, but its price task AAPL still runs
      5  10.000  client-2            subscribe begins
      7  10.020  client-2 → node-1   {"symbol":"AAPL"}
     11  11.190  client-2 → node-1   close 1006
   ⚡ 12  11.191  redis reply lost: del conn:client-2
     14  11.240  node-1              task label=stream:AAPL
  plan 0x5f21c0de, 1 node, heal at 8.00 s
     client-2  0.10 connect, 0.20 subscribe {"symbol":"AAPL"}
     ⚡ 4.00 redis-reply-lost for 0.50 s
  every choice is minimal (shortest delays), except
     client-2.2/latency/1  0.9
  saved replays/no-orphan-tasks-a1b2c3.json
  npm run sim -- replay a1b2c3
`);
});

test('a change with which the run passes is the line after the text', () => {
  const lines = failureReport({ ...finding, holds: 'when it is faster' }, scripts, places, PLAIN);
  expect(lines[3]).toBe('  holds when it is faster');
  expect(failureReport({ ...finding, holds: null }, scripts, places, PLAIN)).toHaveLength(lines.length - 1);
});

test('replays that differ are reported', () => {
  const [, second] = failureReport({ ...finding, replayed: { same: 1, of: 3 } }, scripts, places, PLAIN);
  expect(second).toContain('replayed 1/3: something besides the seed decides');
});

test('a failure that was neither saved nor shrunk has no lines about it', () => {
  const lines = failureReport(
    {
      ...finding,
      shrunk: null,
      replayed: { same: 0, of: 0 },
      records: [],
      plan: sampleReplay().plan,
      failure: { ...sampleFailure, verdict: 'stuck' } as never,
    },
    scripts,
    { saved: null, command: 'npm run sim -- run --seed 0x1' },
    PLAIN,
  );
  expect(lines.filter((line) => /shrunk|saved|choice/.test(line))).toEqual(['  not shrunk: the step never ends']);
  expect(lines.at(-1)).toBe('  npm run sim -- run --seed 0x1');
});

test('text of clients and systems moves no cursor', () => {
  const hostile = stamped([13, 11_200, frame('client-2', { text: '\x1b[2J\r\nfake line' })]);
  const failure = { ...sampleFailure, text: 'client-2 said \x1b]0;title\x07 and\nsecond line' };
  const text = failureReport({ ...finding, records: hostile, failure }, scripts, places, PLAIN).join('\n');
  // eslint-disable-next-line no-control-regex
  expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
  expect(text).not.toContain('second line');
});

test('choices are cut, unless the report is verbose', () => {
  const choices = Object.fromEntries(Array.from({ length: 31 }, (_, nth) => [`client-2.${nth}/latency/0`, 0.5]));
  const listed = (verbose: boolean) =>
    failureReport({ ...finding, choices }, scripts, places, PLAIN, verbose).filter((line) =>
      line.includes('/latency/'),
    );
  expect([listed(false).length, listed(true).length]).toEqual([6, 31]);
  expect(failureReport({ ...finding, choices }, scripts, places, PLAIN)).toContain('     and 25 more, in the replay');
});

test('the plan is cut to a few lines', () => {
  const operations = Array.from({ length: 30 }, (_, nth) => ({
    id: `client-${nth + 1}.1`,
    actor: `client-${nth + 1}`,
    name: 'connect',
    atMs: nth,
    arguments: {},
  }));
  const lines = failureReport({ ...finding, plan: { ...finding.plan, operations } }, scripts, places, PLAIN);
  const start = lines.findIndex((line) => line.startsWith('  plan '));
  expect(lines.slice(start + 8, start + 10)).toEqual(['     client-8  0.01 connect', '     and 23 more']);
});
