import { expect, test } from 'vitest';
import { describeValue, ownFields } from './describe-value.ts';

function described(value: unknown, named = new Map<object, string>()): Record<string, string> {
  const values = new Map<string, string>();
  describeValue(value, 'v', { nameOf: (object) => named.get(object), values, seen: new Map() });
  return Object.fromEntries(values);
}

class Room {
  open = true;
}

test('values of all kinds have a text and a path', () => {
  const value = {
    text: 'a\nb',
    many: [1, null],
    map: new Map<unknown, unknown>([['x', 1n]]),
    set: new Set([true]),
    room: new Room(),
  };
  expect(described(value)).toEqual({
    v: 'object(5)',
    'v.text': '"a\\nb"',
    'v.many': 'Array(2)',
    'v.many[0]': '1',
    'v.many[1]': 'null',
    'v.map': 'Map(1)',
    'v.map["x"]': '1n',
    'v.set': 'Set(1)',
    'v.set{0}': 'true',
    'v.room': '[Room]',
  });
});

test('no code of the value runs', () => {
  const calls: string[] = [];
  const note = (name: string) => () => {
    calls.push(name);
    throw new Error(name);
  };
  class Loud extends Map<string, number> {
    override get size(): number {
      return note('size')();
    }
    override entries = note('entries') as never;
    override [Symbol.iterator] = note('iterator') as never;
  }
  const loud = new Loud();
  Map.prototype.set.call(loud, 'a', 1);
  const proxy = new Proxy({}, { ownKeys: note('ownKeys'), get: note('get'), getPrototypeOf: note('getPrototypeOf') });
  const value = {
    get secret(): number {
      return note('getter')() as never;
    },
    toJSON: note('toJSON'),
    proxy,
    loud,
  };
  expect(described(value)).toMatchObject({ 'v.proxy': '[Proxy]', 'v.loud["a"]': '1', 'v.toJSON': '[function]' });
  expect(ownFields(proxy, {})).toEqual([]);
  expect(calls).toEqual([]);
});

test('an object is described once, also in a cycle, and a named one where it is listed', () => {
  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  const room = { members: 1 };
  expect(described({ cycle, again: cycle, room }, new Map([[room, 'Room.1']]))).toEqual({
    v: 'object(3)',
    'v.cycle': 'object(1)',
    'v.cycle.self': '@v.cycle',
    'v.again': '@v.cycle',
    'v.room': '@Room.1',
  });
});
