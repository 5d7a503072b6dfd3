import { expect, test } from 'vitest';
import type { RunRecord } from '../kernel/record.ts';
import { firstDifference } from './first-difference.ts';

const texts = (...lines: readonly string[]): RunRecord[] =>
  lines.map((text, index) => ({ type: 'frame', step: index + 1, atMs: 0, text }) as RunRecord);

const UUID = 'f81d4fae-7dec-41d0-a765-00a0c91e6bf6';
const left = texts('open z2b28wsu11vuvy5jd64a', `resume ${UUID}`, 'bye z2b28wsu11vuvy5jd64a');
const renamed = texts(
  'open vefazwx8jwu56z26js6w',
  'resume 0c7d4fae-7dec-41d0-a765-00a0c91e6bf7',
  'bye vefazwx8jwu56z26js6w',
);

test('random ids count as a difference, unless they are excepted', () => {
  expect(firstDifference(left, renamed)?.index).toBe(0);
  expect(firstDifference(left, renamed, { exceptIds: true })).toBeNull();
});

test('an id in the place of another one is a difference', () => {
  const mixed = texts('open vefazwx8jwu56z26js6w', `resume ${UUID}`, `bye ${UUID}`);
  expect(firstDifference(left, mixed, { exceptIds: true })?.index).toBe(2);
});

test('names and numbers are not ids', () => {
  const [one, two] = [texts('conversation-12345 1767225600000123'), texts('conversation-12346 1767225600000123')];
  expect(firstDifference(one, two, { exceptIds: true })?.index).toBe(0);
  expect(firstDifference(one, texts(), { exceptIds: true })).toMatchObject({ index: 0, right: null });
});
