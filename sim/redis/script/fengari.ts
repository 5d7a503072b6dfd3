/**
 * Lua as Redis has it. Redis runs Lua 5.1, in which every number is a double; fengari is 5.3, with integers of 32 bits beside them: a time in
 * milliseconds would overflow. So all numbers are made doubles where they come from text, and are shown as 5.1 shows them.
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

/** A copy of our own, so that nobody else who runs Lua gets these numbers. */
function load(): typeof Fengari {
  const require = createRequire(import.meta.url);
  const { cache } = require;
  const folder = path.dirname(require.resolve('fengari'));
  const others = Object.entries(cache).filter(([file]) => file.startsWith(folder));
  for (const [file] of others) delete cache[file];
  const before = process.env['FENGARICONF'];
  // Read while it is loaded: 5 and not 5.0.
  process.env['FENGARICONF'] = JSON.stringify({ LUA_COMPAT_FLOATSTRING: true });
  const fengari = require('fengari') as typeof Fengari;
  if (before === undefined) delete process.env['FENGARICONF'];
  else process.env['FENGARICONF'] = before;
  makeAllDoubles(require('fengari/src/lobject.js') as Numbers);
  for (const file of Object.keys(cache)) if (file.startsWith(folder)) delete cache[file];
  for (const [file, module] of others) cache[file] = module;
  return fengari;
}

function makeAllDoubles(numbers: Numbers): void {
  const fromText = numbers.luaO_str2num;
  numbers.luaO_str2num = (text, slot) => {
    const size = fromText(text, slot);
    if (size !== 0 && slot.ttisinteger()) slot.setfltvalue(slot.value);
    return size;
  };
}
