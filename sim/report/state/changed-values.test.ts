import { expect, test } from 'vitest';
import { changedValues } from './changed-values.ts';

type Change = readonly [path: string, before: string | null, after: string | null];

const linesOf = (...changes: readonly Change[]): string[] =>
  changedValues(changes.map(([path, before, after]) => ({ step: 1, path: `node-1/${path}`, before, after }))).map(
    (line) => line.replaceAll('node-1/', ''),
  );

test('values and sizes that changed come first, then times, entries and new objects', () => {
  expect(
    linesOf(
      ['Outbox.1.#ended', null, 'false'],
      ['Outbox.1.#newest', null, 'Map(0)'],
      ['Room.1.#heardAtMs', '3', '4'],
      ['Room.1.#words["a"]', null, '1'],
      ['Room.1.#words', 'Map(0)', 'Map(1)'],
      ['Limiter.1.#open["x"]', '-2', '-3'],
    ),
  ).toEqual([
    'Room.1.#words  Map(0) → Map(1)',
    'Limiter.1.#open["x"]  -2 → -3',
    'Room.1.#heardAtMs  3 → 4',
    'Room.1.#words["a"]  ∅ → 1',
    'Outbox.1 is new (2 values: #ended false)',
  ]);
});

test('an entry that comes or goes is one line with what it contains', () => {
  expect(linesOf(['Room.1.#users["a.b"]', null, 'object(1)'], ['Room.1.#users["a.b"].name', null, '"Ann"'])).toEqual([
    'Room.1.#users["a.b"]  ∅ → object(1) (name "Ann")',
  ]);
  expect(
    linesOf(
      ['Room.1.#users["b"]', 'object(2)', null],
      ['Room.1.#users["b"].name', '"Bob"', null],
      ['Room.1.#users["b"].rooms', 'Set(1)', null],
      ['Room.1.#users["b"].rooms{0}', '"red"', null],
    ),
  ).toEqual(['Room.1.#users["b"]  object(2) → ∅ (name "Bob", rooms{0} "red")']);
  expect(linesOf(['Room.1.#who', 'null', 'object(1)'], ['Room.1.#who.name', null, '"Ann"'])).toEqual([
    'Room.1.#who  null → object(1) (name "Ann")',
  ]);
});

test('an entry of a value that stays is not part of its change', () => {
  expect(linesOf(['a.ts/list', 'Array(1)', 'Array(2)'], ['a.ts/list[1]', null, '7'])).toEqual([
    'a.ts/list  Array(1) → Array(2)',
    'a.ts/list[1]  ∅ → 7',
  ]);
});

test('functions are left out, unless a value takes their place', () => {
  expect(
    linesOf(
      ['Room.1.#send', null, '[function]'],
      ['Room.1.#old', '[function]', null],
      ['Room.1.#wake', 'null', '[function]'],
    ),
  ).toEqual(['Room.1.#wake  null → [function]']);
});

test('an object with a value that it had before is not new', () => {
  expect(
    linesOf(['Room.1.#count', '1', '2'], ['Room.1.#words["a"]', null, '1'], ['Room.1.#words["b"]', null, '2']),
  ).toEqual(['Room.1.#count  1 → 2', 'Room.1.#words["a"]  ∅ → 1', 'Room.1.#words["b"]  ∅ → 2']);
});
