import { expect, test } from 'vitest';
import type { Unstamped } from '../../kernel/record.ts';
import { foldedLine } from '../record-line.ts';
import { command, repeated, stamped } from '../test/written-records.ts';
import { excerptOf } from './excerpt.ts';

test('what fails because Redis is away is one line, but not what the run failed with', () => {
  const away = repeated(6, 20, (nth) => ({
    type: 'redis',
    node: 'node-1',
    connection: `node-1.1.redis-1#${nth}`,
    phase: 'refused',
    by: '',
  }));
  const unsent = (nth: number): Unstamped =>
    command('set', 'room', { connection: `node-1.1.redis-1#${nth}`, phase: 'error', detail: 'not sent' });
  const records = stamped(...away, ...repeated(3, 30, unsent), [40, 4000, unsent(9)]);
  const failure = { step: 40, text: 'node-1 has not written room' };
  const lines = excerptOf(records, failure)
    .map((folded) => foldedLine(folded, 60))
    .map(({ step, who, what }) => `${step} ${who} ${what}`);
  expect(lines).toEqual([
    '20 node-1 node-1.1.redis-1#0 to Redis refused  × 6, until 2.500',
    '30 node-1 redis error: set room (not sent)  × 3, until 3.200',
    '40 node-1 redis error: set room (not sent)',
  ]);
});
