import { expect, test } from 'vitest';
import type { Unstamped } from '../../kernel/record.ts';
import { type At, command, stamped } from '../test/written-records.ts';
import { troublesIn } from './troubles.ts';

function troublesOf(...all: readonly Unstamped[]): number[] {
  const records = stamped(...all.map((record, index): At => [index, index, record]));
  const troubles = troublesIn(records);
  return records.flatMap((record, index) => (troubles.has(record) ? [index] : []));
}

const sent = (name: string, connection: string): Unstamped => command(name, '', { phase: 'sent', connection });
const failed = (name: string, connection: string, detail = 'ERR'): Unstamped =>
  command(name, '', { phase: 'error', connection, detail });
const closed = (by: string): Unstamped =>
  ({ type: 'redis', node: 'node-1', connection: 'a', phase: 'closed', by }) as unknown as Unstamped;

test('only an error that some connections do not get counts', () => {
  expect(troublesOf(sent('client', 'a'), failed('client', 'a'), sent('client', 'b'), failed('client', 'b'))).toEqual(
    [],
  );
  expect(troublesOf(sent('info', 'a'), failed('info', 'a'), sent('info', 'b'))).toEqual([1]);
  expect(troublesOf(sent('info', 'a'), failed('info', 'a'))).toEqual([1]);
  const away = ['a', 'b'].flatMap((connection) => [sent('get', connection), failed('get', connection, 'not sent')]);
  expect(troublesOf(...away)).toEqual([1, 3]);
});

test('a connection counts if the system did not close it', () => {
  expect(troublesOf(closed('client'))).toEqual([]);
  expect(troublesOf(closed('server'))).toEqual([0]);
  expect(troublesOf(sent('quit', 'a'), closed('server'))).toEqual([]);
});

test('a connection that the system closed counts if it opens another one instead', () => {
  const redis = (connection: string, phase: string): Unstamped =>
    ({ type: 'redis', node: 'node-1', connection, phase, by: phase === 'closed' ? 'client' : '' }) as Unstamped;
  expect(troublesOf(redis('a#1', 'closed'), redis('b#2', 'opened'))).toEqual([]);
  const again = ['a#1', 'a#2', 'a#3'].flatMap((connection) => [
    redis(connection, 'opened'),
    redis(connection, 'closed'),
  ]);
  expect(troublesOf(...again)).toEqual([1]);
});

test('a command that failed may have taken effect', () => {
  const records = stamped(
    [1, 1, command('publish', 'orders', { number: 7 })],
    [2, 2, command('publish', 'orders', { number: 7, phase: 'error' })],
    [3, 3, command('publish', 'orders', { number: 8 })],
  );
  const { hasEffect } = troublesIn(records);
  expect(records.map(hasEffect)).toEqual([true, false, false]);
});
