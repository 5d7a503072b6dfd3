import { expect, test } from 'vitest';
import type { RunRecord } from '../../sim/kernel/record.ts';
import { command, frame, stamped, timer } from '../../sim/report/test/written-records.ts';
import type { RunReport } from '../../sim/search/job.ts';
import { computedCause, isSameMessage } from './computed-cause.ts';

const reportOf = (records: readonly RunRecord[], causes: readonly (readonly number[])[] = []): RunReport =>
  ({ records, causes }) as unknown as RunReport;

const begin = [1, 100, frame('client-1', { text: 'join' })] as const;
const close = [2, 200, frame('client-1', { kind: 'close' })] as const;
const leave = [2, 200, command('unsubscribe', 'room')] as const;
const later = [3, 300, timer('sweep', 'gateway', 'fired')] as const;

test('the cause is the first record that only the mutant has', () => {
  const mutant = stamped(begin, [2, 200, frame('client-1', { text: 'no' })], later);
  const cause = computedCause(reportOf(mutant), reportOf(stamped(begin, close, later)));
  expect(cause).toEqual({ record: mutant[1], missing: null, others: [] });
});

test('if the mutant leaves a record out, the cause is what led to it in unmodified code', () => {
  const mutant = stamped(begin, close, later);
  const unmodified = stamped(begin, close, leave, later);
  const cause = computedCause(reportOf(mutant), reportOf(unmodified, [[], [0], [0, 1], []]));
  expect(cause).toEqual({ record: mutant[1], missing: unmodified[2], others: [mutant[0]] });
});

test('what the same code wrote before the missing record explains it, and what another event wrote does not', () => {
  const start = [2, 200, timer('grace', 'gateway', 'started')] as const;
  const unmodified = stamped(begin, close, start, later, [4, 400, command('unsubscribe', 'room')]);
  const ofClose = (causes: readonly (readonly number[])[]): unknown =>
    computedCause(reportOf(unmodified.toSpliced(2, 1)), reportOf(unmodified, causes))?.others;
  expect(ofClose([[], [0], [0], [], []])).toEqual([unmodified[1]]);
  expect(ofClose([[], [], [0], [], []])).toEqual([]);
});

test('runs without a difference have no cause', () => {
  expect(computedCause(reportOf(stamped(begin)), reportOf(stamped(begin)))).toBeNull();
});

test('a frame that is sent and arrives is one message, and so are a command and its reply', () => {
  const records = stamped(
    [1, 100, frame('client-1', { text: 'join', phase: 'sent' })],
    [2, 101, frame('client-1', { text: 'join' })],
    [3, 102, frame('client-1', { text: 'leave' })],
    [4, 103, command('get', 'seats', { phase: 'sent', number: 7 })],
    [5, 104, command('get', 'seats', { phase: 'error', number: 7 })],
    [6, 105, command('get', 'seats', { phase: 'error', number: 8 })],
  );
  const same = (one: number, other: number): boolean => isSameMessage(records[one]!, records[other]!);
  expect([same(0, 1), same(1, 2), same(3, 4), same(4, 5), same(2, 3)]).toEqual([true, false, true, false, false]);
});
