import { describe, expect, test } from 'vitest';
import type { CausesOf } from '../../kernel/causes.ts';
import type { RunRecord, Unstamped } from '../../kernel/record.ts';
import { command, frame, stamped, timer } from '../test/written-records.ts';
import { coneOf } from './cone.ts';
import { mentionedIn } from './concern.ts';
import { factsOf } from './facts.ts';
import { subjectOf } from './subject.ts';

/** The positions of the records with which the chain begins, and of all in it. */
function chainIn(
  records: readonly RunRecord[],
  text: string,
  causes: readonly CausesOf[],
): { beginnings: number[]; chain: number[] } {
  const mentioned = mentionedIn(text, records);
  const failure = { step: records.at(-1)?.step ?? 0, text };
  const subject = subjectOf(factsOf({ records, causes, mentioned, failure, engineIo: new Set() }));
  const ascending = (positions: Iterable<number>): number[] => [...positions].sort((a, b) => a - b);
  return {
    beginnings: ascending(subject.beginnings),
    chain: ascending(coneOf(subject.causes, subject.beginnings).keys()),
  };
}

const sent = frame('client-1', { text: 'hello' });
const loop = timer('users', 'gateway', 'fired');

/** Each record is caused by the one before. */
const inOrder = (count: number): CausesOf[] =>
  Array.from({ length: count }, (_, position) => (position === 0 ? [] : [position - 1]));

const at = (...records: readonly Unstamped[]): RunRecord[] =>
  stamped(...records.map((record, index) => [index + 1, index * 1000, record] as const));

describe('the chain begins', () => {
  test('with records about a client that the text names, not with the timer at which a check ran', () => {
    const records = at(loop, loop, sent, loop, loop, command('get', 'users'), loop);
    expect(chainIn(records, 'client-1 was not answered', inOrder(7)).beginnings).toEqual([2]);
  });

  test('with records of the moment that the text names', () => {
    const write = command('set', 'conn:abc');
    const records = at(write, write, write, write, write, write, write, loop);
    const { beginnings } = chainIn(records, 'a write of conn failed at 2.0 s', inOrder(8));
    expect(beginnings).toContain(2);
    expect(beginnings).not.toContain(7);
  });

  test('with the last record, if it is about the failure or nothing else is', () => {
    const records = at(loop, sent, frame('client-2', { text: 'hello' }));
    expect(chainIn(records, 'client-2 was not answered', inOrder(3)).beginnings).toContain(2);
    expect(chainIn(at(loop, loop), 'nothing arrived', inOrder(2)).beginnings).toEqual([1]);
  });

  test('with the end of a process, whatever the text names', () => {
    const crashed: Unstamped = { type: 'node', node: 'node-1', process: 1, phase: 'crashed' };
    expect(chainIn(at(sent, crashed), 'client-1 broke node-1', [[], []]).beginnings).toContain(1);
  });
});

describe('a loop in the background', () => {
  const ending = command('get', 'users');

  test('is named, and its causes are left out', () => {
    const records = at(loop, ending, loop, loop, loop, sent);
    expect(chainIn(records, 'client-1 was not answered', inOrder(6)).chain).toEqual([4, 5]);
  });

  test('keeps its causes if a record about the failure led to it', () => {
    const records = at(sent, loop, loop, loop, loop, sent);
    expect(chainIn(records, 'client-1 was not answered', inOrder(6)).chain).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('keeps its causes if the text names it', () => {
    const records = at(loop, ending, loop, loop, loop, sent);
    expect(chainIn(records, 'client-1 was left by users', inOrder(6)).chain).toHaveLength(6);
  });
});
