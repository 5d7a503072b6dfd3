import { inherits } from 'node:util';
import http from 'node:http';
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

test('keeps changes of a prototype to itself', () => {
  (Mine.prototype as unknown as Record<string, unknown>)['added'] = 1;
  expect(['added' in new Mine(), 'added' in new Theirs(), 'added' in new http.Agent()]).toEqual([true, false, false]);
});
