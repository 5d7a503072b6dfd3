import { expect, test } from 'vitest';
import { argumentName, drawnReductions, type DrawnValue, isArgument, withDrawnArguments } from './drawn.ts';
import type { Operation, Plan } from './plan.ts';

const operation = (id: string, args: Operation['arguments'] = {}): Operation => ({
  id,
  actor: 'visitor-1',
  name: 'visit',
  atMs: 1,
  arguments: args,
});

const planOf = (...operations: Operation[]): Plan => ({
  seed: '0x1',
  nodes: 1,
  chaosMs: 1000,
  cohorts: [],
  operations,
  faults: [],
});

const drawnOf = (id: string, values: Record<string, DrawnValue>) => new Map([[id, new Map(Object.entries(values))]]);

/** Shrinks like the search: takes the first failing candidate and starts again from it. */
function shrink(values: Record<string, DrawnValue>, fails: (args: Operation['arguments']) => boolean) {
  const current = new Map(Object.entries(values));
  let tries = 0;
  for (;;) {
    const drawn = new Map([['v.1', current]]);
    const plan = withDrawnArguments(planOf(operation('v.1')), drawn);
    const next = [...drawnReductions(plan, drawn)].find(({ operations: [only] }) => {
      tries += 1;
      return only !== undefined && fails(only.arguments);
    });
    if (next === undefined)
      return { values: Object.fromEntries([...current].map(([k, { value }]) => [k, value])), tries };
    for (const [name, value] of Object.entries(next.operations[0]?.arguments ?? {}))
      current.set(name, { ...current.get(name), value } as DrawnValue);
  }
}

test('drawn values are added to the arguments of the plan', () => {
  const plan = planOf(operation('v.1', { room: 'red' }), operation('v.2'));
  const drawn = drawnOf('v.1', { stayMs: { kind: 'integer', value: 70, min: 10 } });
  expect(withDrawnArguments(plan, drawn).operations.map((one) => one.arguments)).toEqual([
    { room: 'red', stayMs: 70 },
    {},
  ]);
});

test('an integer shrinks to the smallest value that fails', () => {
  const { values, tries } = shrink(
    { stayMs: { kind: 'integer', value: 2871, min: 10 } },
    ({ stayMs }) => Number(stayMs) >= 1234,
  );
  expect(values).toEqual({ stayMs: 1234 });
  expect(tries).toBeLessThan(100);
});

test.each<[string, DrawnValue, unknown]>([
  ['an integer', { kind: 'integer', value: -3, min: -20 }, -20],
  ['a fraction', { kind: 'fraction', value: 0.7312 }, 0],
  ['a pick', { kind: 'pick', value: 'blue', items: ['red', 'green', 'blue'] }, 'red'],
  ['a pick of objects', { kind: 'pick', value: { a: 2 }, items: [{ a: 1 }, { a: 2 }] }, { a: 1 }],
])('%s that does not matter becomes its minimum in one step', (_, value, minimum) => {
  const { values, tries } = shrink({ x: value }, () => true);
  expect(values).toEqual({ x: minimum });
  expect(tries).toBe(1);
});

test.each<[string, DrawnValue, (value: unknown) => boolean, unknown]>([
  ['a pick', { kind: 'pick', value: 'blue', items: ['red', 'green', 'blue'] }, (value) => value !== 'red', 'green'],
  ['a fraction', { kind: 'fraction', value: 0.7312 }, (value) => Number(value) > 0.5, 0.7],
])('%s that matters stays as near to its minimum as it can', (_, value, fails, smallest) => {
  expect(shrink({ x: value }, ({ x }) => fails(x)).values).toEqual({ x: smallest });
});

test('values that do not matter shrink to their minimum', () => {
  const values: Record<string, DrawnValue> = {
    stayMs: { kind: 'integer', value: 900, min: 0 },
    room: { kind: 'pick', value: 'blue', items: ['red', 'blue'] },
  };
  expect(shrink(values, ({ room }) => room === 'blue').values).toEqual({ stayMs: 0, room: 'blue' });
});

test('values at their minimum have no reductions', () => {
  const drawn = drawnOf('v.1', { stayMs: { kind: 'integer', value: 10, min: 10 } });
  expect([...drawnReductions(planOf(operation('v.1')), drawn)]).toEqual([]);
});

test('only what a replay file can keep becomes an argument', () => {
  expect([argumentName('a', 0), argumentName('a', 1)]).toEqual(['a', 'a#2']);
  expect(isArgument('a', { b: [1, 'x', null] })).toBe(true);
  expect([isArgument('a'.repeat(101), 1), isArgument('__proto__', 1), isArgument('a', () => 1)]).toEqual([
    false,
    false,
    false,
  ]);
});
