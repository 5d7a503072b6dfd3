import { describe, expect, test } from 'vitest';
import type { RunRecord, Unstamped } from '../../kernel/record.ts';
import { foldedLine } from '../record-line.ts';
import { type At, command, frame, repeated, stamped, timer } from '../test/written-records.ts';
import { excerptOf } from './excerpt.ts';
import { momentsIn, timesIn } from './moments.ts';
import { hasNumber, numbersNamed } from './numbers-named.ts';
import { sharingIds } from './reported-ids.ts';

const probe = (name: string, fields: object = {}, node = 'node-1'): Unstamped =>
  ({ type: 'probe', node, process: 1, name, fields }) as Unstamped;
const settled: Unstamped = { type: 'fault', id: 'run', kind: 'settled', target: '', phase: 'begun', detail: '' };
const crowd = repeated(30, 20, (nth) => frame('client-1', { text: 'z'.repeat(nth) }));

function stepsOf(
  records: readonly RunRecord[],
  text: string,
  causes: readonly (readonly number[])[] = records.map(() => []),
): number[] {
  const step = records.at(-1)?.step ?? 0;
  return excerptOf(records, { step, text }, { causes }).map(({ record }) => record.step);
}

function linesOf(records: readonly RunRecord[], text: string): string[] {
  const step = records.at(-1)?.step ?? 0;
  const causes = records.map((_, position) => (position === 0 ? [] : [position - 1]));
  return excerptOf(records, { step, text }, { causes }).map((folded) => foldedLine(folded, 60).what);
}

describe('moments', () => {
  test('are named in seconds or in milliseconds', () => {
    const [record] = stamped([1, 1143.5, settled]);
    const isOf = (text: string): boolean => momentsIn(text)(record!);
    expect(['begun at 1143.5 ms', 'since 1.1 s', 'at 1.1435 s', 'at 1143.5 s', '1.1 s'].map(isOf)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(timesIn('begun at 1143.5 ms, open after 3.1 s')).toEqual([1143.5, 3100]);
  });

  test('what the system reports next is shown, although it reports the same all the time', () => {
    const sweeps = repeated(9, 50, () => probe('sweep.ended', { evicted: 0 }));
    const other = repeated(9, 50, () => probe('sweep.ended', { evicted: 1 }, 'node-2'));
    const nodes = ['node-1', 'node-2'].map((node): At => [
      1,
      1,
      { type: 'node', node, process: 1, phase: 'started' } as Unstamped,
    ]);
    const records = stamped(...nodes, ...crowd, ...other, ...sweeps, [90, 9000, settled]);
    const text = 'the token of client-1 expired at 5.350 s, but node-1 holds it open';
    const shown = excerptOf(records, { step: 90, text }, { causes: records.map(() => []) });
    const reports = shown.map(({ record }) => record).filter(({ type }) => type === 'probe');
    expect(reports).toMatchObject([{ step: 54, node: 'node-1' }]);
  });

  test('a moment after the end of the chaos is not about clients that leave', () => {
    const fired = timer('keep', 'stream', 'fired');
    const records = stamped(
      ...crowd,
      [60, 6000, settled],
      [70, 7000, fired],
      [90, 9000, timer('feed', 'stream', 'fired')],
    );
    expect(stepsOf(records, 'client-1 left at 7.0 s, but feed of stream still runs')).toContain(70);
  });
});

describe('numbers', () => {
  test('belong to the name before them, and are not times', () => {
    const names = new Set(['client-6#2', 'AMZN']);
    const numbers = numbersNamed('3 clients: client-6#2 32, but AMZN at node-1 not price 4, 5 within 1000 ms', names);
    expect(numbers).toEqual(
      new Map([
        ['client-6#2', new Set(['32'])],
        ['AMZN', new Set(['4', '5'])],
      ]),
    );
  });

  test('a message or a report has them as a whole value', () => {
    const numbers = new Map([['client-1', new Set(['32'])]]);
    const has = (record: Unstamped): boolean => hasNumber(stamped([1, 1, record])[0]!, numbers);
    expect(has(frame('client-1', { text: '{"id":32,"text":"up"}' }))).toBe(true);
    expect(has(frame('client-1', { text: '{"id":320,"at":"12:32","price":1.32}' }))).toBe(false);
    expect(has(frame('client-2', { text: '{"id":32}' }))).toBe(false);
    expect(has(probe('sent', { to: 'client-1', id: 32 }))).toBe(true);
    expect(has(probe('sent', { to: 'client-2', id: 32 }))).toBe(false);
  });

  test('the message with the number is shown, and its way to the node that the failure names', () => {
    const says = (nth: number): Unstamped => frame('client-1', { text: `{"id":${nth},"say":"hello"}` });
    const delivered = (node: string): Unstamped => command('message', 'say', { phase: 'delivered', node });
    const each = Array.from({ length: 20 }, (_, nth): At[] => {
      const step = 10 * (nth + 1);
      return [
        [step, step, says(nth)],
        [step + 1, step, command('publish', 'say', { node: 'node-1' })],
        [step + 2, step, delivered('node-2')],
        [step + 3, step, delivered('node-3')],
      ];
    });
    const records = stamped(...each.flat(), [900, 9000, settled]);
    const causes = records.map((_, position) => (position % 4 === 0 ? [] : [position - (position % 4 === 3 ? 2 : 1)]));
    const text = 'node-1 has passed on client-1 7, but node-2 did not send it to client-2';
    const steps = (lines: number): number[] =>
      excerptOf(records, { step: 900, text }, { causes, lines }).map(({ record }) => record.step);
    expect(steps(12)).toEqual(expect.arrayContaining([80, 81, 82]));
    expect([steps(3).includes(82), steps(3).includes(83)]).toEqual([true, false]);
  });
});

test('what is reported about an id is about whatever the id was reported with', () => {
  const records = stamped(
    [1, 1, probe('task.started', { task: 'task-7', label: 'persist:client-1' })],
    [2, 2, probe('task.ended', { task: 'task-7' })],
    [3, 3, probe('task.ended', { task: 'task-8' })],
    [4, 4, probe('task.ended', { task: 'task-7' }, 'node-2')],
  );
  expect([...sharingIds(records, [true, false, false, false])]).toEqual([0, 1]);
});

test('a frame for a client that the failure does not name is shown if it has a rare word of the failure', () => {
  const snapshot = frame('client-2', { direction: 'down', text: '{"epoch":"f02ou4faqjaejicrbbou"}' });
  const records = stamped([5, 500, snapshot], ...crowd, [60, 6000, frame('client-1', { text: 'AMZN' })]);
  expect(stepsOf(records, 'client-1 was not sent f02ou4faqjaejicrbbou')).toContain(5);
  expect(stepsOf(records, 'client-1 was not sent f03ou4faqjaejicrbbou')).not.toContain(5);
});

describe('what one step does many times is one line', () => {
  test('the connections to Redis that it closes', () => {
    const closed = (nth: number): Unstamped =>
      ({ type: 'redis', node: 'node-1', connection: `redis-${nth}#1`, phase: 'closed', by: 'server' }) as Unstamped;
    const records = stamped([3, 300, settled], ...[1, 2, 3].map((nth): At => [5, 500, closed(nth)]), [
      6,
      600,
      closed(4),
    ]);
    expect(linesOf(records, 'client-1 left').filter((line) => line.includes('closed'))).toEqual([
      'redis-1#1 to Redis closed by the server  × 3, until 0.500',
      'redis-4#1 to Redis closed by the server',
    ]);
  });

  test('the frames that it loses', () => {
    const lost = [1, 2, 3, 4].map((nth): At => [5, 500, frame('client-1', { phase: 'lost', text: `price ${nth}` })]);
    expect(linesOf(stamped(...lost, [6, 600, settled]), 'client-1 was closed')).toEqual([
      'lost: price 1  × 3, until 0.500',
      'lost: price 4',
      'settled',
    ]);
  });

  test('the frames with which the run failed', () => {
    const pings = Array.from({ length: 20 }, (_, nth): At => [60, 6000, frame('client-1', { text: `ping ${nth}` })]);
    const records = stamped(...crowd, ...pings);
    const folded = excerptOf(records, { step: 60, text: 'client-1 was too fast' }, { causes: records.map(() => []) });
    expect(folded.find(({ record }) => record.step === 60)?.alike.length).toBeGreaterThan(10);
  });
});

test('of a last step that is not about the failure, what it only begins is left out', () => {
  const sent = [1, 2, 3].map((nth): At => [60, 6000, command('get', `rates-${nth}`, { phase: 'sent' })]);
  const records = stamped(...crowd, [60, 6000, timer('rates', 'gateway', 'fired')], ...sent);
  const ofStep = (text: string): number => stepsOf(records, text).filter((step) => step === 60).length;
  expect([ofStep('client-1 is open'), ofStep('client-1 is open, and rates of gateway runs')]).toEqual([1, 4]);
});
