import { expect, test } from 'vitest';
import type { RunRecord } from '../kernel/record.ts';
import { rejectedCommand } from './rejected-command.ts';

const failed = (step: number, command: string, detail: string): RunRecord => ({
  type: 'command',
  step,
  atMs: 1,
  node: 'node-1',
  connection: 'node-1.1.redis-1#1',
  command,
  key: 'k',
  phase: 'error',
  detail,
  number: 1,
});

const records = [failed(6, 'get', 'ERR'), failed(7, 'incr', 'ERR'), failed(7, 'set', 'Connection')];

test.each([
  ["ERR value isn't an integer", 7, 'incr'],
  ['Connection is closed.', 7, 'set'],
  ['WRONGTYPE Operation against a key', 7, undefined],
  ['ERR value', 8, 'incr'],
  ['ERR value', 9, undefined],
  ['gone', 7, undefined],
])('%s in step %i belongs to %s', (message, step, name) => {
  expect(rejectedCommand(message, records, step)?.name).toBe(name);
});

test('a command that was not sent has an error of the client', () => {
  expect(rejectedCommand("Stream isn't writeable", [failed(7, 'get', 'not sent')], 7)).toEqual({
    name: 'get',
    key: 'k',
  });
});
