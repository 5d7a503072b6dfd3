import { expect, test } from 'vitest';
import type { RunRecord } from '../../kernel/record.ts';
import type { CheckerView } from '../property.ts';
import type { HistoryEvent } from './events.ts';
import { everyMessageOnce } from './guarantees.ts';
import { historyProperty } from './history-property.ts';

/**
 * Returns the violations in a history. Each event replaces the record that it would be read from.
 */
function found(events: readonly HistoryEvent[]): string[] {
  const findings: string[] = [];
  const check: CheckerView['check'] = (holds, finding) => {
    if (holds || typeof finding !== 'function') return;
    const result = finding();
    if (typeof result !== 'string') findings.push(result.text);
  };
  let next = 0;
  const property = historyProperty({
    id: 'history',
    risk: 'TEST-1',
    description: 'The history holds.',
    guarantees: everyMessageOnce,
    read: () => events[next++] ?? null,
  });
  const checker = property.checker({ check } as CheckerView);
  for (const _ of events) checker.observe?.({ type: 'timer', atMs: next } as RunRecord);
  checker.observe?.({ type: 'fault', kind: 'settled', atMs: 60_000 } as RunRecord);
  return findings;
}

const of = (type: 'subscribe' | 'resume', phase: 'begin' | 'ok'): HistoryEvent => {
  return { type, phase, subscriber: 'a', channel: 'c' };
};
const published = (position: number): HistoryEvent => ({ type: 'published', channel: 'c', position });
const delivered = (position: number): HistoryEvent => ({
  type: 'delivered',
  subscriber: 'a',
  channel: 'c',
  position,
});
const connected = [of('subscribe', 'begin'), of('subscribe', 'ok'), published(1), published(2), delivered(1)];
const resumed = [of('resume', 'begin'), of('resume', 'ok')];

test('a subscriber whose connection closed must still receive what it resumes', () => {
  expect(found([...connected, { type: 'closed', subscriber: 'a' }, ...resumed])).toEqual([
    'a, channel c: never got position 2',
  ]);
});

test('a subscriber that closed for good has no due messages, and must still not receive any', () => {
  const closed: HistoryEvent = { type: 'closed', subscriber: 'a', forGood: true };
  expect(found([...connected, closed, ...resumed])).toEqual([]);
  expect(found([...connected, closed, delivered(2)])).toEqual([
    'a, channel c: was delivered position 2 without being subscribed',
  ]);
});
