import { inherits } from 'node:util';
import http from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInThisContext } from 'node:vm';
import { expect, test } from 'vitest';
import { derivedClass } from './derived-class.ts';

const Mine = derivedClass(http.Agent);
const Theirs = derivedClass(http.Agent);

test('passes for the class: by name, with and without new, for instances of the original', () => {
  expect(Mine.name).toBe('Agent');
  const agents = [new Mine(), (Mine as unknown as () => http.Agent)()];
  for (const agent of agents) expect([agent instanceof Mine, agent instanceof http.Agent]).toEqual([true, true]);
  expect([new http.Agent() instanceof Mine, {} instanceof Mine]).toEqual([true, false]);
});

test('can be extended by class and by util.inherits, and only their instances count', () => {
  class Extended extends Mine {
    readonly own = true;
  }
  function Inherited(this: http.Agent): void {
    (Mine as unknown as { call(self: http.Agent): void }).call(this);
  }
  inherits(Inherited, Mine);
  const inherited = new (Inherited as unknown as new () => http.Agent)();
  expect(new Extended()).toMatchObject({ own: true, maxFreeSockets: 256 });
  expect(inherited.maxFreeSockets).toBe(256);
  expect([new Extended() instanceof Extended, new Mine() instanceof Extended]).toEqual([true, false]);
  expect([inherited instanceof Inherited, inherited instanceof Mine]).toEqual([true, true]);
});

test('changes parameters and instances however they are made', () => {
  const made: object[] = [];
  const Own = derivedClass(http.Agent, {
    parameters: ([options]) => [{ ...(options as object), maxSockets: 3 }],
    made: (agent) => made.push(agent),
  });
  class Extended extends Own {}
  function Inherited(this: http.Agent): void {
    (Own as unknown as { call(self: http.Agent): void }).call(this);
  }
  inherits(Inherited, Own);
  const called = (Own as unknown as () => http.Agent)();
  const agents = [called, new Own(), new Extended(), new (Inherited as unknown as new () => http.Agent)()];
  expect(agents.map(({ maxSockets }) => maxSockets)).toEqual([3, 3, 3, 3]);
  expect(made).toEqual(agents);
});

test('keeps changes of a prototype to itself', () => {
  (Mine.prototype as unknown as Record<string, unknown>)['added'] = 1;
  expect(['added' in new Mine(), 'added' in new Theirs(), 'added' in new http.Agent()]).toEqual([true, false, false]);
});

test('makes instances of one shape, or V8 would compile nothing for them', () => {
  setFlagsFromString('--allow-natives-syntax');
  const haveSameShape = runInThisContext('(left, right) => %HaveSameMap(left, right)') as (
    left: object,
    right: object,
  ) => boolean;
  const Own = derivedClass(http.Agent);
  const [first, second] = [new Own(), new Own()];
  expect(haveSameShape(first, second)).toBe(true);
  expect(haveSameShape(first, new http.Agent())).toBe(false);
});

test('takes another prototype that it is given', () => {
  const Own = derivedClass(http.Agent);
  const prototype = Object.create(http.Agent.prototype, { extra: { value: 1 } }) as http.Agent;
  Object.assign(Own, { prototype });
  expect(new Own()).toHaveProperty('extra', 1);
});
