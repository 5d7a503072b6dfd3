import { expect, test } from 'vitest';
import { ManualHost } from './test/manual-host.ts';
import { createGlobals } from './globals.ts';

const host = new ManualHost();
const shadows = createGlobals(host, { watchTables: false, asyncContext: { used: false } });
const Shadow = shadows.get('Function') as FunctionConstructor;
const global = shadows.get('globalThis') as typeof globalThis;

test.each([
  ['called', () => (Shadow('return this') as () => unknown)()],
  ['constructed', () => (new Shadow('return this') as () => unknown)()],
  ['by the global object', () => (global.Function('return this') as () => unknown)()],
  ['by its name', () => (Shadow('return globalThis') as () => unknown)()],
])("Function('return this')(), %s, is the shadowed global object", (_how, find) => {
  expect(find()).toBe(global);
});

test('what it makes sees the shadows', () => {
  const made = Shadow('base', 'step = Date.now()', 'return [base, step, Date.now(), Math.random === this.Math.random]');
  expect((made as (base: number) => unknown)(1)).toEqual([1, 5_001_000, 5_001_000, true]);
  const fetches = Shadow("return fetch('http://x')") as () => unknown;
  expect(fetches).toThrow('node-1 tried fetch');
});

test('it is the native one otherwise', () => {
  expect((Shadow('a', 'b, c', 'return a + b + c') as (...all: number[]) => number)(1, 2, 3)).toBe(6);
  expect((Shadow() as () => unknown)()).toBeUndefined();
  expect((Shadow("'use strict'; return this") as () => unknown)()).toBeUndefined();
  const own = {};
  expect((Shadow('return this') as () => unknown).call(own)).toBe(own);
  expect(new (Shadow('this.a = 1') as unknown as new () => unknown)()).toEqual({ a: 1 });
  expect([(() => 1) instanceof Shadow, Shadow('') instanceof Function, Shadow.prototype]).toEqual([
    true,
    true,
    Function.prototype,
  ]);
  expect(() => Shadow('}, function () {')).toThrow(SyntaxError);
  class Derived extends Shadow {}
  expect(new Derived('return 7')()).toBe(7);
});
