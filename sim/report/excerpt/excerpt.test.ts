import { describe, expect, test } from 'vitest';
import type { RunRecord, Unstamped } from '../../kernel/record.ts';
import { excerptOf } from './excerpt.ts';
import { foldedLine } from '../record-line.ts';
import { type At, command, frame, repeated, stamped, timer } from '../test/written-records.ts';

/** The lines of an excerpt with their steps, as a report has them. */
function linesOf(records: readonly RunRecord[], text: string): string[] {
  const failure = { step: Number.MAX_SAFE_INTEGER, text };
  return excerptOf(records, failure)
    .map((folded) => foldedLine(folded, 60))
    .map(({ step, who, what }) => [step, who, what].filter((part) => part !== '').join(' '));
}

const settled: Unstamped = { type: 'fault', id: 'run', kind: 'settled', target: '', phase: 'begun', detail: '' };

test('an excerpt is 12 lines long and keeps the effects of faults', () => {
  const hit: At = [2, 100, { type: 'fault', id: 'fault-1', kind: 'latency', target: '', phase: 'hit', detail: '' }];
  const letters = (nth: number): string => [...String(nth)].map((digit) => 'abcdefghij'[Number(digit)]).join('');
  const many = repeated(500, 20, (nth) => frame('client-2', { text: letters(nth) }));
  const lines = linesOf(stamped(hit, ...many), 'client-2 is late');
  expect(lines).toHaveLength(12);
  expect([lines[0], lines.at(-1)]).toEqual(['2 latency', '519 client-2 → node-1 ejj']);
});

test('an effect on what the text names comes before other effects', () => {
  const hit = (detail: string): Unstamped => ({
    type: 'fault',
    id: 'fault-1',
    kind: 'redis-reply-lost',
    target: '',
    phase: 'hit',
    detail,
  });
  const others = Array.from({ length: 20 }, (_, nth): At => [nth + 2, 200, hit(`info ${'x'.repeat(nth)}`)]);
  const frames = Array.from({ length: 20 }, (_, nth): At => [
    nth + 40,
    400,
    frame('client-1', { text: 'y'.repeat(nth) }),
  ]);
  const lines = linesOf(stamped([1, 100, hit('set conn:client-1')], ...others, ...frames), 'client-1 has no record');
  expect(lines[0]).toBe('1 redis reply lost: set conn:client-1');
});

describe('repeated records are one line', () => {
  test('commands, in which the subscription that explains the failure would be lost', () => {
    const publishes = repeated(50, 20, () => command('publish', 'room'));
    const lines = linesOf(
      stamped([10, 1000, command('subscribe', 'room')], ...publishes, [90, 9000, settled]),
      'node-1 is still subscribed to room',
    );
    expect(lines).toEqual([
      '10 node-1 redis applied: subscribe room',
      '20 node-1 redis applied: publish room  × 50, until 6.900',
      '90 settled',
    ]);
  });

  test('heartbeats that are text frames, apart from the last of those that differ', () => {
    const beats = repeated(30, 20, (nth) => frame('client-1', { text: `{"type":"beat","at":${nth}}` }));
    const lines = linesOf(
      stamped([3, 300, frame('client-1', { text: 'hello' })], ...beats, [90, 9000, settled]),
      'node-1 has forgotten client-1',
    );
    expect(lines).toEqual([
      '3 client-1 → node-1 hello',
      '20 client-1 → node-1 {"type":"beat","at":0}  × 29, until 4.800',
      '49 client-1 → node-1 {"type":"beat","at":29}',
      '90 settled',
    ]);
  });

  test('heartbeats of engine.io, which are left out as pings are', () => {
    const handshake = frame('user-1', { text: '0{"sid":"a"}', direction: 'down' });
    const beats = repeated(9, 20, () => frame('user-1', { text: '3' }));
    const lines = linesOf(stamped([3, 300, handshake], ...beats, [90, 9000, settled]), 'node-1 has forgotten user-1');
    expect(lines.map((line) => line.split(' ', 1)[0])).toEqual(['3', '90']);
  });

  test('except for a frame with a word with a digit that the text has', () => {
    const notes = repeated(30, 20, (nth) => frame('client-1', { text: `{"note":"note-${nth}"}` }));
    const lines = linesOf(stamped(...notes, [90, 9000, settled]), 'client-2 never received note-7');
    expect(lines).toContain('27 client-1 → node-1 {"note":"note-7"}');
  });

  test('also among the bytes of a binary frame', () => {
    const bytes = (text: string): string => Buffer.from(text).toString('hex');
    const notes = repeated(30, 20, (nth) => frame('client-1', { kind: 'binary', text: `01${bytes(`note-${nth}`)}00` }));
    const lines = linesOf(stamped(...notes, [90, 9000, settled]), 'client-2 never received note-27');
    expect(lines).toContain(`47 client-1 → node-1 binary 01${bytes('note-27')}00`);
  });

  test('but not across the start of a process', () => {
    const start: Unstamped = { type: 'node', node: 'node-1', process: 2, phase: 'started' };
    const before = repeated(20, 1, () => command('set', 'lease'));
    const after = repeated(20, 31, () => command('set', 'lease'));
    expect(linesOf(stamped(...before, [25, 2500, start], ...after, [90, 9000, settled]), 'two have the lease')).toEqual(
      [
        '1 node-1 redis applied: set lease  × 20, until 2.000',
        '25 node-1 started (process 2)',
        '31 node-1 redis applied: set lease  × 20, until 5.000',
        '90 settled',
      ],
    );
  });

  test('unless all of them fit, since separate lines show the order', () => {
    const race = [...repeated(3, 1, () => command('get', 'seats')), ...repeated(3, 4, () => command('set', 'seats'))];
    expect(linesOf(stamped(...race), 'too many seats')).toHaveLength(6);
  });
});

describe('the beginning of what the text names comes first', () => {
  const crowd = (client: string): At[] =>
    Array.from({ length: 30 }, (_, nth): At => [nth + 100, 10_000 + nth, frame(client, { text: 'z'.repeat(nth) })]);

  test.each<[string, Unstamped, string, string]>([
    [
      'a subscription',
      command('subscribe', 'room:red'),
      'client-1 is in room red',
      'redis applied: subscribe room:red',
    ],
    ['the first write of a key', command('set', 'seat:7'), 'client-1 has seat:7', 'redis applied: set seat:7'],
    ['a script that may write', command('eval', 'seat:7'), 'client-1 has seat:7', 'redis applied: eval seat:7'],
    ['a connection', frame('client-1', { kind: 'open' }), 'client-1 is forgotten', 'open'],
    ['a connection whose client a word begins with', frame('client-1', { kind: 'open' }), 'client-1:7 is gone', 'open'],
    [
      'a timer',
      timer('restart:AAPL', 'stream:AAPL', 'started'),
      'client-1 left, but restart:AAPL of stream:AAPL still runs',
      'timer restart:AAPL of stream:AAPL started',
    ],
    [
      'a task',
      { type: 'probe', node: 'node-1', process: 1, name: 'task.started', fields: { label: 'stream:AAPL' } },
      'client-1 left, but stream:AAPL still runs',
      'task.started label=stream:AAPL',
    ],
    [
      'a connection to Redis',
      { type: 'redis', node: 'node-1', connection: 'node-1.1.redis-1#2', phase: 'opened', by: '' },
      'client-1 left, but node-1.1.redis-1#2 is open',
      'node-1.1.redis-1#2 to Redis opened',
    ],
  ])('%s', (_, beginning, text, line) => {
    const lines = linesOf(stamped([1, 100, beginning], ...crowd('client-1')), text);
    expect(lines).toHaveLength(12);
    expect(lines[0]).toContain(line);
  });

  test('of several connections of a client the last one, of several writes the first', () => {
    const opens = [1, 2, 3].map((nth): At => [nth, nth, frame('client-1', { kind: 'open', link: `client-1#${nth}` })]);
    const writes = [4, 5, 6].map((nth): At => [nth, nth, command('set', 'seat:7', { connection: `${nth}` })]);
    const lines = linesOf(stamped(...opens, ...writes, ...crowd('client-1')), 'client-1 has seat:7');
    expect(lines.slice(0, 2)).toEqual(['3 client-1 → node-1 open', '4 node-1 redis applied: set seat:7']);
  });

  test('the node that the text names comes before others', () => {
    const on = (node: string): Unstamped => command('subscribe', 'room', { node, connection: node });
    const lines = linesOf(
      stamped([1, 1, on('node-2')], [2, 2, on('node-1')], ...crowd('client-1')),
      'client-1 left, but node-2 is subscribed to room',
    );
    expect(lines[0]).toContain('1 node-2 redis applied: subscribe room');
  });
});

test('the record that the last step began with is shown: it caused the others', () => {
  const closed = frame('client-7', { kind: 'close', phase: 'down', code: 1000 });
  const more = ['a', 'b', 'c', 'd'].map((key): At => [5, 500, command('del', key, { phase: 'sent' })]);
  expect(linesOf(stamped([5, 500, closed], ...more), 'a table was changed while it was iterated')).toEqual([
    '5 node-1 client-7#1 closed with 1000',
    '5 node-1 redis sent: del b',
    '5 node-1 redis sent: del c',
    '5 node-1 redis sent: del d',
  ]);
});

test('the end of a process is shown, however long ago', () => {
  const stopped: Unstamped = { type: 'node', node: 'node-1', process: 1, phase: 'stopped' };
  const later = Array.from({ length: 30 }, (_, nth): At => [
    nth + 9,
    nth + 900,
    frame('client-1', { text: 'z'.repeat(nth) }),
  ]);
  expect(linesOf(stamped([5, 500, stopped], ...later), 'client-1 was forgotten')[0]).toBe('5 node-1 stopped');
});

describe('causes', () => {
  const excerptWith = (records: readonly RunRecord[], causes: readonly (readonly number[])[], text: string) =>
    excerptOf(records, { step: Number.MAX_SAFE_INTEGER, text }, { causes }).map(({ record }) => record.step);
  const crowd = repeated(30, 20, (nth) => frame('client-2', { text: 'z'.repeat(nth) }));

  test('a record that led to the failure is shown although it shares no name with it', () => {
    const records = stamped([5, 500, timer('flush', 'cache', 'fired')], ...crowd, [
      60,
      6000,
      frame('client-1', { text: 'old' }),
    ]);
    const withoutCauses = records.map(() => []);
    expect(excerptWith(records, withoutCauses, 'client-1 received old')).not.toContain(5);
    expect(excerptWith(records, [...withoutCauses.slice(0, -1), [0]], 'client-1 received old')).toContain(5);
  });

  test('an error is shown if what the failure names led to it', () => {
    const error = command('del', 'row', { phase: 'error' });
    const records = stamped([5, 500, frame('client-1', { kind: 'close', phase: 'down' })], [5, 500, error], ...crowd, [
      60,
      6000,
      settled,
    ]);
    const withoutCauses = records.map(() => []);
    const count = (causes: readonly (readonly number[])[]): number =>
      excerptWith(records, causes, 'client-1 left').filter((step) => step === 5).length;
    expect([count(withoutCauses), count([[], [0], ...withoutCauses.slice(2)])]).toEqual([1, 2]);
  });

  test('a ping that never arrives is shown, and one that arrives is not', () => {
    const ping = (phase: 'sent' | 'delivered'): Unstamped =>
      frame('client-1', { kind: 'ping', phase, direction: 'down' });
    const records = stamped([5, 500, ping('sent')], [9, 900, ping('delivered')], ...crowd, [60, 6000, settled]);
    const lost = records.map(() => []);
    expect(excerptWith(records, lost, 'client-1 is still connected')).toContain(5);
    const arrived = [[], [0], ...lost.slice(2)];
    expect(excerptWith(records, arrived, 'client-1 is still connected')).not.toContain(5);
  });

  test('commands that a step repeats are one line, also near the failure', () => {
    const records = stamped(...[1, 2, 3].map((): At => [5, 500, command('hsetnx', 'lamp')]), [
      60,
      6000,
      frame('client-1', { text: 'lamp' }),
    ]);
    const lines = excerptOf(records, { step: 60, text: 'client-1 received lamp' }, { causes: [[], [0], [1], [2]] }).map(
      (folded) => foldedLine(folded, 60).what,
    );
    expect(lines).toEqual(['redis applied: hsetnx lamp  × 3, until 0.500', 'lamp']);
  });
});

describe('what the last lines are', () => {
  const crowd = repeated(30, 20, (nth) => frame('client-2', { text: 'z'.repeat(nth) }));
  const probe = (name: string): Unstamped => ({ type: 'probe', node: 'node-1', process: 1, name, fields: {} });

  test('what the last step did comes before what it only begins', () => {
    const step: At[] = [
      timer('sweep', 'gateway', 'fired'),
      probe('connection.closed'),
      ...['a', 'b', 'c'].map((key) => command('del', key, { phase: 'sent' })),
      timer('next', 'gateway', 'started'),
    ].map((record): At => [60, 6000, record]);
    const lines = linesOf(stamped(...crowd, ...step), 'client-1 was ended as silent');
    expect(lines).toContain('60 node-1 connection.closed');
  });

  test('an id that the system has given to the client names it, too', () => {
    const id = 'c3qwn5ugae5dg45q9czh';
    const records = stamped(
      [2, 200, frame('client-1', { direction: 'down', text: `{"connection":"${id}"}` })],
      [5, 500, { ...probe('connection.closed'), fields: { connection: id } } as Unstamped],
      [6, 600, { ...probe('connection.closed'), fields: { connection: 'd4rxo6vhbf6eh56r0dai' } } as Unstamped],
      ...crowd,
      [60, 6000, settled],
    );
    const lines = linesOf(records, 'client-1 left');
    expect(lines.filter((line) => line.includes('connection.closed'))).toEqual([
      `5 node-1 connection.closed connection=${id}`,
    ]);
  });

  test('what happened at a moment that the text names led to the failure', () => {
    const records = stamped(
      [5, 3576, frame('client-1', { text: 'revoke token-7' })],
      [6, 3577, command('hset', 'revocations')],
      ...repeated(14, 60, (nth) => frame('client-1', { text: 'z'.repeat(nth) })),
      [95, 9500, settled],
    );
    const causes = records.map((_, position) => (position === 1 ? [0] : []));
    const stepsFor = (text: string): number[] =>
      excerptOf(records, { step: 95, text }, { causes }).map(({ record }) => record.step);
    expect(stepsFor('client-1 revoked token-7 at 3.576 s')).toContain(6);
    expect(stepsFor('client-1 revoked token-7 at 4.576 s')).not.toContain(6);
  });
});
