import { expect, test } from 'vitest';
import { Confirmations, NULL_LIST, OK, RedisError, TypedReply } from '../model/reply.ts';
import { parametersText, replyText } from './shown-texts.ts';

test('parameters are shown, and long ones left out', () => {
  expect(parametersText({ name: 'zadd', parameters: ['board', '17', 'ada'] })).toBe('board 17 ada');
  expect(parametersText({ name: 'time', parameters: [] })).toBe('');
  expect(parametersText({ name: 'set', parameters: ['board', 'x'.repeat(1001)] })).toBe('board …');
  expect(parametersText({ name: 'eval', parameters: ['return 1', '1', 'board'] })).toBe('(script) 1 board');
  const keys = Array.from({ length: 43 }, (_, index) => `k${index}`);
  expect(parametersText({ name: 'del', parameters: keys })).toMatch(/^k0 .* k39 … 3 more$/);
});

test('passwords are not', () => {
  for (const name of ['auth', 'hello', 'config'])
    expect(parametersText({ name, parameters: ['3', 'default', 'secret'] })).not.toContain('secret');
});

test.each([
  [OK, '"OK"'],
  [null, 'null'],
  [NULL_LIST, 'null'],
  [3, '3'],
  [12345678901234567890n, '"12345678901234567890"'],
  [['a', 1, null, ['b']], '["a",1,null,["b"]]'],
  [new TypedReply('%', ['a', '1']), '["a","1"]'],
  [[new RedisError('ERR no')], '["ERR no"]'],
  [new Confirmations([['subscribe', 'room', 1]]), '["room"]'],
  ['y'.repeat(1001), '"…"'],
])('a reply is shown as JSON: %#', (reply, text) => {
  expect(replyText(reply)).toBe(text);
});
