/**
 * Loads fengari so that its numbers behave as in Redis. Redis runs Lua 5.1, in which every number
 * is a double. fengari is Lua 5.3, which also has integers, of 32 bits: a time in milliseconds
 * would overflow. So numbers parsed from text become doubles, and are printed as Lua 5.1 prints
 * them.
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import type * as Fengari from 'fengari';

interface NumberSlot {
  readonly value: number;
  ttisinteger(): boolean;
  setfltvalue(value: number): void;
}

interface Numbers {
  luaO_str2num(text: Uint8Array, slot: NumberSlot): number;
}

export const { lua, lauxlib, lualib } = load();

/** Loads a private copy, so that other users of fengari keep its integers. */
function load(): typeof Fengari {
  const require = createRequire(import.meta.url);
  const { cache } = require;
  const folder = path.dirname(require.resolve('fengari'));
  const cachedModules = Object.entries(cache).filter(([file]) => file.startsWith(folder));
  for (const [file] of cachedModules) delete cache[file];
  const before = process.env['FENGARICONF'];
  // fengari reads this while it is loaded. It prints 5 instead of 5.0.
  process.env['FENGARICONF'] = JSON.stringify({ LUA_COMPAT_FLOATSTRING: true });
  const fengari = require('fengari') as typeof Fengari;
  if (before === undefined) delete process.env['FENGARICONF'];
  else process.env['FENGARICONF'] = before;
  parseNumbersAsDoubles(require('fengari/src/lobject.js') as Numbers);
  for (const file of Object.keys(cache)) if (file.startsWith(folder)) delete cache[file];
  for (const [file, module] of cachedModules) cache[file] = module;
  return fengari;
}

function parseNumbersAsDoubles(numbers: Numbers): void {
  const fromText = numbers.luaO_str2num;
  numbers.luaO_str2num = (text, slot) => {
    const size = fromText(text, slot);
    if (size !== 0 && slot.ttisinteger()) slot.setfltvalue(slot.value);
    return size;
  };
}
