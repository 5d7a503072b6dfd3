import { expect, test } from 'vitest';
import type { RunRecord } from '../kernel/record.ts';
import { withRelated } from './related-records.ts';

const stamp = { step: 1, atMs: 0 } as const;
const frame = (phase: 'sent' | 'delivered', text: string): RunRecord => ({
  ...stamp,
  type: 'frame',
  link: 'client-1#1',
  client: 'client-1',
  node: 'node-1',
  direction: 'up',
  kind: 'text',
  phase,
  text,
  code: 0,
});
const timer = (phase: 'started' | 'fired' | 'cancelled'): RunRecord => ({
  ...stamp,
  type: 'timer',
  node: 'node-1',
  label: 'sweep',
  owner: 'gateway',
  phase,
});
const command = (name: string, key: string, phase: 'sent' | 'applied' | 'reply', number: number): RunRecord => ({
  ...stamp,
  type: 'command',
  node: 'node-1',
  connection: 'node-1.1.redis-1#1',
  command: name,
  key,
  phase,
  detail: '',
  number,
});

function relatedIn(records: readonly RunRecord[], causes: readonly (readonly number[])[] = []) {
  return withRelated(records, causes);
}

test('a frame that arrives was sent, and two that look alike keep their order', () => {
  const records = [frame('sent', 'a'), frame('sent', 'a'), frame('delivered', 'a'), frame('delivered', 'a')];
  expect(relatedIn(records)).toEqual([[], [], [0], [1]]);
});

test('a reply follows its command as it was applied', () => {
  const records = [command('get', 'seats', 'sent', 1), command('get', 'seats', 'applied', 1)];
  expect(relatedIn([...records, command('get', 'seats', 'reply', 1)])).toEqual([[], [0], [1]]);
});

test('a command finds what the last write to its key has left', () => {
  const records = [
    command('set', 'seats', 'applied', 1),
    command('get', 'seats', 'applied', 2),
    command('set', 'other', 'applied', 3),
    command('set', 'seats', 'applied', 4),
  ];
  expect(relatedIn(records)).toEqual([[], [0], [], [0]]);
});

test('a channel is not a key', () => {
  expect(relatedIn([command('publish', 'room', 'applied', 1), command('subscribe', 'room', 'applied', 2)])).toEqual([
    [],
    [],
  ]);
});

test('of two timers with one name, the one that the kernel knows has fired', () => {
  const records = [timer('started'), timer('started'), timer('fired'), timer('cancelled')];
  expect(relatedIn(records, [[], [], [1], []])).toEqual([[], [], [1], [0]]);
});

test('what the kernel knows is kept, and not repeated', () => {
  expect(relatedIn([frame('sent', 'a'), timer('started'), frame('delivered', 'a')], [[], [0], [1, 0]])).toEqual([
    [],
    [0],
    [1, 0],
  ]);
});
