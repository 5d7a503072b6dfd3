/** Recursion and nesting end at fixed depths, never at the end of JavaScript's stack. */
import { describe, expect, it } from 'vitest';
import { NotSimulatedError, type Reply } from '../model/reply.ts';
import { DEPTH_MAX } from './depth.ts';
import { Lua } from './lua.ts';

const HOST = { call: () => null, knows: () => false, fraction: () => 0 };

const lua = new Lua();

function run(text: string): Reply {
  lua.prepare(text, text);
  return lua.run(text, [], [], HOST);
}

const nested = (depth: number): string => `local t = {} for i = 2, ${depth} do t = {t} end`;

describe.each([
  ['a result', (depth: number) => `${nested(depth)} return t`],
  [
    'cjson.decode',
    (depth: number) => `cjson.decode_max_depth(9999)
      return #cjson.decode(string.rep('[', ${depth}) .. string.rep(']', ${depth}))`,
  ],
  ['cjson.encode', (depth: number) => `cjson.encode_max_depth(9999) ${nested(depth)} return #cjson.encode(t)`],
  ['cmsgpack.unpack', (depth: number) => `return #cmsgpack.unpack(string.rep('\\145', ${depth}) .. '\\1')`],
  ['string.find', (depth: number) => `return string.find(string.rep('a', 9999), string.rep('a?', ${depth - 1}))`],
])('%s', (_, scriptFor) => {
  it('may be nested up to the limit', () => {
    expect(() => run(scriptFor(DEPTH_MAX))).not.toThrow();
  });

  it('is refused by name beyond it', () => {
    expect(() => run(scriptFor(DEPTH_MAX + 2))).toThrow(NotSimulatedError);
  });
});

it('a function that calls itself ends as on a fresh server', () => {
  const text = 'local n = 0 local function f() n = n + 1 f() n = n + 1 end local r = {pcall(f)} return {n, r[2]}';
  expect(run(text)).toEqual([16_381, 'user_script:1: stack overflow']);
  expect(run(`${text} -- again`), 'the limit is that of each script').toEqual(run(text));
});
