import { expect, test } from 'vitest';
import type { RunRecord, Unstamped } from '../kernel/record.ts';
import { lineContextOf } from './line-context.ts';
import { recordLine } from './record-line.ts';
import { type At, frame, stamped } from './test/written-records.ts';

const linesOf = (...records: readonly At[]): string[] => {
  const all = stamped(...records);
  return all.map((record) => recordLine(record, 60, lineContextOf(all))).map(({ who, what }) => `${who} ${what}`);
};

test('a frame names its connection if the client has several', () => {
  expect(
    linesOf(
      [1, 1, frame('client-1', { text: 'a' })],
      [2, 2, frame('client-1', { text: 'b', link: 'client-1#2', direction: 'down' })],
      [3, 3, frame('client-2', { text: 'c' })],
    ),
  ).toEqual(['client-1#1 → node-1 a', 'node-1 → client-1#2 b', 'client-2 → node-1 c']);
});

test('a closing frame has its code and, in quotes, its reason', () => {
  const close = { kind: 'close', code: 4429, direction: 'down' };
  expect(
    linesOf(
      [1, 1, frame('client-1', { ...close, reason: 'too many' })],
      [2, 2, frame('client-1', { ...close, phase: 'down', reason: 'too many' })],
      [3, 3, frame('client-1', close)],
    ),
  ).toEqual([
    'node-1 → client-1 close 4429 "too many"',
    'client-1 client-1#1 closed with 4429 "too many"',
    'node-1 → client-1 close 4429',
  ]);
});

test('packets are decoded on connections that speak engine.io, and on no others', () => {
  const text = '42["chat","hi"]';
  expect(
    linesOf(
      [1, 1, frame('user-1', { text: '0{"sid":"a"}', direction: 'down' })],
      [2, 2, frame('user-1', { text })],
      [3, 3, frame('client-1', { text })],
    ).slice(1),
  ).toEqual(['user-1 → node-1 socket.io event chat "hi"', `client-1 → node-1 ${text}`]);
});

test('a long line of a logger begins with its message', () => {
  const line = `{"level":30,"time":1767225600000,"pid":17,"hostname":"node-1","reqId":"req-1","msg":"a request has ended"}`;
  const record: RunRecord = {
    type: 'probe',
    step: 1,
    atMs: 1,
    node: 'node-1',
    process: 1,
    name: 'sim.output',
    fields: { stream: 'stdout', line },
  };
  expect(recordLine(record, 60).what).toBe('│ info a request has ended reqId=req-1');
  expect(recordLine(record, 4000).what).toBe(`│ ${line}`);
});

test('an operation begins with all its arguments, each cut to half of the line', () => {
  const begun = (given: object): Unstamped =>
    ({ type: 'operation', id: 'a-1.1', actor: 'a-1', name: 'enter', phase: 'begin', detail: '', ...given }) as never;
  const text = 'x'.repeat(70);
  expect(
    linesOf(
      [1, 1, begun({ arguments: { token: 'valid for too long', returns: 0 } })],
      [2, 2, begun({ arguments: { room: 'red', stayMs: 7 }, drawn: { stayMs: 7, share: 0.123456 } })],
      [3, 3, begun({ arguments: { text, to: [1] } })],
      [4, 4, begun({})],
    ),
  ).toEqual([
    'a-1 enter begins token="valid for too long" returns=0',
    'a-1 enter begins room=red stayMs=7 share=0.1235',
    `a-1 enter begins text=${'x'.repeat(30)}… to=[1]`,
    'a-1 enter begins',
  ]);
});
