import { compileFunction } from 'node:vm';
import { beforeEach, describe, expect, test } from 'vitest';
import { SIMULATED_FILE } from '../../system/stack-frames.ts';
import { createTables, type Tables } from './tables.ts';
import { ManualHost, settled } from '../test/manual-host.ts';

let host: ManualHost;
let tables: Tables;

beforeEach(() => {
  host = new ManualHost();
  tables = createTables(host);
});

const letters = (): Map<string, number> =>
  new tables.Map([
    ['a', 1],
    ['b', 2],
    ['c', 3],
  ]);
const changes = (): string[] => host.conflicts.map(({ table, change }) => `${table} ${change}`);

async function iterateSlowly(items: Iterable<unknown>, meanwhile: () => void): Promise<void> {
  let first = true;
  for (const _ of items) {
    await Promise.resolve();
    if (first) meanwhile();
    first = false;
  }
}

describe('a change under an open iteration is a conflict', () => {
  test.each<[string, (map: Map<string, number>) => void, string[]]>([
    ['a key added', (map) => map.set('d', 4), ['Map add']],
    ['a later key deleted', (map) => map.delete('c'), ['Map delete']],
    ['the present key deleted, but after an await', (map) => map.delete('a'), ['Map delete']],
    ['everything cleared', (map) => map.clear(), ['Map clear']],
    ['a value overwritten', (map) => map.set('b', 5), []],
    ['an absent key deleted', (map) => map.delete('z'), []],
    ['merely read', (map) => map.get('b') ?? map.has('c'), []],
  ])('across an await, in a for-of over a Map: %s', async (_name, change, expected) => {
    const map = letters();
    await iterateSlowly(map, () => change(map));
    expect(changes()).toEqual(expected);
  });

  test.each<[string, (map: Map<string, number>) => Iterable<unknown>]>([
    ['entries', (map) => map.entries()],
    ['keys', (map) => map.keys()],
    ['values', (map) => map.values()],
  ])('over %s', async (_name, items) => {
    const map = letters();
    await iterateSlowly(items(map), () => map.delete('b'));
    expect(changes()).toEqual(['Map delete']);
  });

  test('in for-await and in forEach', async () => {
    const map = letters();
    for await (const [key] of map as unknown as AsyncIterable<[string, number]>) if (key === 'a') map.delete('c');
    letters().forEach((_value, _key, same) => same.set('d', 4));
    expect(changes()).toEqual(['Map delete', 'Map add']);
  });

  test('over a Set', async () => {
    for (const change of [
      (set: Set<string>) => set.add('c'),
      (set: Set<string>) => set.delete('b'),
      (set: Set<string>) => set.clear(),
      (set: Set<string>) => set.add('b'),
    ]) {
      const set = new tables.Set(['a', 'b']);
      await iterateSlowly(set, () => change(set));
    }
    expect(changes()).toEqual(['Set add', 'Set delete', 'Set clear']);
  });

  test('clearing an empty table, or changing another one, does not conflict', async () => {
    const map = letters();
    const other = letters();
    await iterateSlowly(map, () => other.clear());
    await iterateSlowly(new tables.Map(), () => {});
    expect(changes()).toEqual([]);
  });
});

describe('deleting the current entry of an iteration', () => {
  test('is tolerated in the same slice', () => {
    const map = letters();
    for (const [key] of map) map.delete(key);
    const set = new tables.Set([Number.NaN, 1]);
    for (const item of set) set.delete(item);
    letters().forEach((_value, key, same) => same.delete(key));
    expect([map.size, set.size, changes()]).toEqual([0, 0, []]);
  });

  test('is a conflict with another iteration', async () => {
    const map = letters();
    const slow = iterateSlowly(map, () => {});
    for (const key of map.keys()) map.delete(key);
    await slow;
    // Both loops are at 'a' in this slice, so either may have deleted it.
    expect(changes()).toEqual(['Map delete', 'Map delete']);
  });

  test('is one conflict for each change, even with several iterations', async () => {
    const map = letters();
    const slow = [iterateSlowly(map, () => {}), iterateSlowly(map, () => {})];
    map.set('d', 4);
    await Promise.all(slow);
    expect(changes()).toEqual(['Map add']);
  });
});

describe('an iteration ends', () => {
  test('when it is done, left by return or throw, or used for a copy', async () => {
    const map = letters();
    for (const _ of map);
    for (const _ of map) break;
    expect(() => {
      for (const _ of map) throw new Error('out');
    }).toThrow('out');
    expect(() => map.forEach(() => expect.unreachable())).toThrow();
    const [first] = map;
    expect([
      first,
      [...map.keys()],
      Array.from(map.values()),
      new tables.Map(map).size,
      new tables.Set(map.keys()).size,
    ]).toEqual([['a', 1], ['a', 'b', 'c'], [1, 2, 3], 3, 3]);
    map.set('d', 4);
    await settled();
    map.clear();
    expect(changes()).toEqual([]);
  });

  test('at the end of the slice, if it was advanced by hand', async () => {
    const map = letters();
    expect(map.keys().next().value).toBe('a');
    await settled();
    map.delete('a');
    expect(changes()).toEqual([]);
  });

  test('not before the end of the slice', () => {
    const map = letters();
    map.keys().next();
    map.set('d', 4);
    expect(changes()).toEqual(['Map add']);
  });

  test('not at the end of a later slice in which it is advanced again', async () => {
    const map = letters();
    const keys = map.keys();
    keys.next();
    await settled();
    keys.next();
    await settled();
    map.set('d', 4);
    expect([keys.next().value, keys.next().value, keys.next().done]).toEqual(['c', 'd', true]);
    map.set('e', 5);
    expect(changes()).toEqual(['Map add']);
  });

  test('and can begin again after a loop was left', () => {
    const keys = letters().keys();
    for (const _ of keys) break;
    expect([...keys]).toEqual(['b', 'c']);
    expect(keys.next()).toEqual({ done: true, value: undefined });
  });
});

test('a conflict has the names of functions in a detailed run', async () => {
  const source = `
    class Registry {
      connections = new Map([['a', 1], ['b', 2]]);
      async sweep() { for (const entry of this.connections) await null; }
      remove(key) { [key].forEach((each) => this.connections.delete(each)); }
    }
    function shutDown(registry) { registry.remove('b'); }
    return { Registry, shutDown };`;
  const run = compileFunction(source, ['Map'], { filename: `${SIMULATED_FILE}test.js` }) as (map: MapConstructor) => {
    Registry: new () => { sweep(): Promise<void> };
    shutDown(registry: unknown): void;
  };
  const { Registry, shutDown } = run(tables.Map);
  for (const detailed of [true, false]) {
    host.detailed = detailed;
    const registry = new Registry();
    const sweeping = registry.sweep();
    shutDown(registry);
    await sweeping;
  }
  expect(host.conflicts).toMatchObject([
    { table: 'Map', change: 'delete', iterating: ['Registry.sweep'], changing: ['Registry.remove', 'shutDown'] },
    { table: 'Map', change: 'delete', iterating: [], changing: [] },
  ]);
});

test.each([
  [true, { from: 3, until: 5 }],
  [false, { from: 0, until: 0 }],
])('detailed %j: a conflict has the records of the code that advanced the iteration', async (detailed, advanced) => {
  host.detailed = detailed;
  const items: string[] = ['a', 'b'];
  const iterate = async (iterable: Iterable<unknown>): Promise<void> => {
    for (const _ of iterable) {
      host.recordCount += 2;
      await settled();
      host.recordCount += 10;
    }
  };
  for (const [iterable, change] of [
    [new tables.Set(items), (table: unknown) => (table as Set<string>).add('c')],
    [tables.watchArray(items), () => items.push('c')],
  ] as const) {
    host.recordCount = 3;
    const iterating = iterate(iterable as Iterable<unknown>);
    await Promise.resolve();
    host.recordCount = 9;
    change(iterable);
    await iterating;
  }
  expect(host.conflicts.map((conflict) => conflict.advanced)).toEqual([advanced, advanced]);
});

test('watched tables behave like native ones', () => {
  const map = letters();
  class Derived extends tables.Map<string, number> {}
  const derived = new Derived([['a', 1]]);
  expect([map instanceof Map, map instanceof tables.Map, new Map() instanceof tables.Map]).toEqual([true, true, true]);
  expect([derived instanceof Derived, derived instanceof tables.Map, map instanceof Derived]).toEqual([
    true,
    true,
    false,
  ]);
  expect([tables.Map.name, map.constructor.name, String(map)]).toEqual(['Map', 'Map', '[object Map]']);
  expect(structuredClone(map)).toEqual(new Map(map));
  expect(map.set('d', 4)).toBe(map);
  expect([...map.entries()].at(-1)).toEqual(['d', 4]);
  expect([...new tables.Set('aab').entries()]).toEqual([
    ['a', 'a'],
    ['b', 'b'],
  ]);
  expect(new tables.Map(null).size + new tables.Set(undefined).size).toBe(0);
  expect(() => new tables.Map(5 as never)).toThrow(TypeError);
  expect(() => map.forEach(undefined as never)).toThrow(TypeError);
});
