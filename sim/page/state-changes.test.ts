import { expect, test } from 'vitest';
import { CHANGES_MAX, pageChanges } from './state-changes.ts';

const change = (path: string, after: string | null, before: string | null = null) => ({ step: 3, path, before, after });

test('texts under the name of a secret are redacted, numbers and sizes are not', () => {
  expect(
    pageChanges([
      change('node-1/Auth.1.#secrets[0]', '"hunter2"'),
      change('node-1/Auth.1.#secrets', 'Array(1)'),
      change('node-1/Auth.1.#apiKey', '"b"', '"a"'),
      change('node-1/Room.1.#name', '"lobby"'),
      change('node-1/Room.1.#tokens', '4', '3'),
      change('node-1/Room.1.#token', null, '"gone"'),
    ]),
  ).toEqual([
    [3, 'node-1/Auth.1.#secrets[0]', null, '[redacted]'],
    [3, 'node-1/Auth.1.#secrets', null, 'Array(1)'],
    [3, 'node-1/Auth.1.#apiKey', '[redacted]', '[redacted]'],
    [3, 'node-1/Room.1.#name', null, '"lobby"'],
    [3, 'node-1/Room.1.#tokens', '3', '4'],
    [3, 'node-1/Room.1.#token', '[redacted]', null],
  ]);
});

test('of too many changes the last ones are kept', () => {
  const many = Array.from({ length: CHANGES_MAX + 2 }, (_, index) => change(`node-1/a.${index}`, '1'));
  const kept = pageChanges(many);
  expect(kept).toHaveLength(CHANGES_MAX);
  expect(kept[0]?.[1]).toBe('node-1/a.2');
});
