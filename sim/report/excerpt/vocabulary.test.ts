import { describe, expect, test } from 'vitest';
import type { RunRecord, Unstamped } from '../../kernel/record.ts';
import { command, frame, repeated, stamped, timer } from '../test/written-records.ts';
import { excerptOf } from './excerpt.ts';
import { vocabularyOf, wordsShared } from './vocabulary.ts';

const started: Unstamped = { type: 'node', node: 'node-1', process: 1, phase: 'started' } as Unstamped;
const probe = (name: string, fields: object = {}): Unstamped =>
  ({ type: 'probe', node: 'node-1', process: 1, name, fields }) as Unstamped;
const crowd = repeated(30, 20, (nth) => frame('client-1', { text: 'z'.repeat(nth) }));

function shownIn(
  records: readonly RunRecord[],
  failure: { readonly property: string; readonly text: string },
): RunRecord[] {
  const causes = records.map(() => []);
  return excerptOf(records, { step: records.at(-1)?.step ?? 0, ...failure }, { causes }).map(({ record }) => record);
}

describe('words of a failure', () => {
  const vocabulary = vocabularyOf({
    property: 'whole-broadcasts',
    text: 'client-3 is subscribed to news at node-1, which has not been sent price 4',
  });
  const shared = (record: Unstamped): number => wordsShared(record as RunRecord, vocabulary);

  test('are found in another form', () => {
    expect(shared(probe('broadcast.started'))).toBe(1);
    expect(shared(command('publish', 'subscriptions:news'))).toBe(2);
    expect(shared(frame('client-3', { text: '{"type":"subscribe"}' }))).toBe(1);
  });

  test('leave out names, short words and timers', () => {
    expect(shared(frame('client-3', { text: 'client node the not' }))).toBe(0);
    expect(shared(timer('broadcast', 'price', 'fired'))).toBe(0);
  });

  test('the end of a long frame does not count', () => {
    expect(shared(frame('client-3', { text: `${'.'.repeat(80)} subscribe` }))).toBe(0);
  });
});

test('what the system reports with a word of the failure is shown', () => {
  const text = 'client-1 is not in lobby at node-1; no alert was given since then';
  const before = (reported: Unstamped): RunRecord[] => stamped([1, 1, started], [2, 50, reported], ...crowd);
  const alert = before(probe('alert.raised', { about: 'lobby' }));
  expect(shownIn(alert, { property: 'no-silent-failures', text })).toContain(alert[1]);
  const other = before(probe('health.checked', { about: 'lobby' }));
  expect(shownIn(other, { property: 'no-silent-failures', text })).not.toContain(other[1]);
});

test('a timer about what the failure names is shown if it fired once, but not one of a loop', () => {
  const text = 'client-1 has left, and node-1 still listens to prices:news-1';
  const once = stamped([1, 1, started], [2, 50, timer('keep:news-1', 'streams', 'fired')], ...crowd);
  expect(shownIn(once, { property: 'no-orphans', text })).toContain(once[1]);
  const loop = repeated(9, 2, () => timer('keep:news-1', 'streams', 'fired'));
  const often = stamped([1, 1, started], ...loop, ...crowd);
  expect(shownIn(often, { property: 'no-orphans', text })).not.toContain(often[1]);
});
