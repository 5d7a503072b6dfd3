import { expect, test } from 'vitest';
import { ManualHost } from './test/manual-host.ts';
import { createGlobals } from './globals.ts';

const host = new ManualHost();
const globals = createGlobals(host, { watchTables: false, asyncContext: { used: false } });
const Simulated = globals.get('Function') as FunctionConstructor;
const global = globals.get('globalThis') as typeof globalThis;

test.each([
  ['called', () => (Simulated('return this') as () => unknown)()],
  ['constructed', () => (new Simulated('return this') as () => unknown)()],
  ['by the global object', () => (global.Function('return this') as () => unknown)()],
  ['by its name', () => (Simulated('return globalThis') as () => unknown)()],
])("Function('return this')(), %s, returns the simulated global object", (_how, find) => {
  expect(find()).toBe(global);
});

test('a function that it makes uses the simulated globals', () => {
  const made = Simulated(
    'base',
    'step = Date.now()',
    'return [base, step, Date.now(), Math.random === this.Math.random]',
  );
  expect((made as (base: number) => unknown)(1)).toEqual([1, 5_001_000, 5_001_000, true]);
  const fetches = Simulated("return fetch('http://x')") as () => unknown;
  expect(fetches).toThrow('node-1 called fetch');
});

test('in all other respects it is the native constructor', () => {
  expect((Simulated('a', 'b, c', 'return a + b + c') as (...all: number[]) => number)(1, 2, 3)).toBe(6);
  expect((Simulated() as () => unknown)()).toBeUndefined();
  expect((Simulated("'use strict'; return this") as () => unknown)()).toBeUndefined();
  const own = {};
  expect((Simulated('return this') as () => unknown).call(own)).toBe(own);
  expect(new (Simulated('this.a = 1') as unknown as new () => unknown)()).toEqual({ a: 1 });
  expect([(() => 1) instanceof Simulated, Simulated('') instanceof Function, Simulated.prototype]).toEqual([
    true,
    true,
    Function.prototype,
  ]);
  expect(() => Simulated('}, function () {')).toThrow(SyntaxError);
  class Derived extends Simulated {}
  expect(new Derived('return 7')()).toBe(7);
});
