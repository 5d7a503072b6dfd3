/**
 * Loads fengari, a Lua 5.3, and makes a Lua 5.1 of it: its numbers are doubles, and its syntax,
 * tables and error texts are those of Lua 5.1. The copy is private, so that other users of fengari
 * keep theirs. Its libraries are not loaded, apart from `coroutine`: see ../libraries.
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import type * as Fengari from 'fengari';
import { limitCalls } from './calls.ts';
import type { Internals } from './internals.ts';
import { replaceMessages, rewordLiterals } from './messages.ts';
import { parsedNumber, shownNumber } from './numerals.ts';
import { replaceTables } from './tables.ts';
import { replaceTokens } from './tokens.ts';

export let lua: typeof Fengari.lua;
export let lauxlib: typeof Fengari.lauxlib;
export let openCoroutines: (state: Fengari.LuaState) => number;

let isLoaded = false;

/**
 * Loads it at the first call, since most systems run no script. Until then `lua` and `lauxlib` are
 * undefined.
 */
export function loadInterpreter(): void {
  if (isLoaded) return;
  isLoaded = true;
  const require = createRequire(import.meta.url);
  const { cache } = require;
  const folder = path.dirname(path.dirname(require.resolve('fengari')));
  const ofFengari = (): string[] => Object.keys(cache).filter((file) => file.startsWith(folder));
  const before = ofFengari().map((file) => [file, cache[file]] as const);
  for (const [file] of before) delete cache[file];
  const load = (name: string): unknown => require(`fengari/src/${name}.js`);
  const settings = process.env['FENGARICONF'];
  // fengari reads this while it is loaded. It prints 5 instead of 5.0.
  process.env['FENGARICONF'] = JSON.stringify({ LUA_COMPAT_FLOATSTRING: true });
  replaceParts(load);
  if (settings === undefined) delete process.env['FENGARICONF'];
  else process.env['FENGARICONF'] = settings;
  for (const file of ofFengari()) delete cache[file];
  for (const [file, module] of before) cache[file] = module;
}

/** Parts whose users copy their members must be replaced before these users are loaded. */
function replaceParts(load: (name: string) => unknown): void {
  const defs = load('defs') as Internals['defs'];
  // Numbers have one type.
  defs.constant_types['LUA_TNUMINT'] = defs.constant_types['LUA_TNUMFLT'] ?? 0;
  (load('luaconf') as Internals['luaconf']).lua_number2str = shownNumber;
  (load('llimits') as Internals['llimits']).luai_nummod = (_, left, right) => left - Math.floor(left / right) * right;
  const strings = load('lstring') as Internals['lstring'];
  replaceHashes(strings);
  rewordLiterals(strings);
  const names = ['lapi', 'ldo', 'lobject', 'lstate', 'lopcodes', 'ldebug', 'ltm', 'ltable', 'llex', 'lstring'] as const;
  const internals = {
    defs,
    ...Object.fromEntries(names.map((name) => [name, load(name)])),
  } as unknown as Internals;
  replaceNumbers(internals);
  replaceTables(internals);
  replaceTokens(internals);
  replaceMessages(internals);
  limitCalls(internals);
  lua = load('lua') as typeof lua;
  lauxlib = load('lauxlib') as typeof lauxlib;
  openCoroutines = (load('lcorolib') as { luaopen_coroutine: typeof openCoroutines }).luaopen_coroutine;
}

function replaceNumbers({ lobject }: Internals): void {
  const { prototype } = lobject.TValue;
  prototype.ttisinteger = () => false;
  lobject.luaO_str2num = (bytes, slot) => {
    const value = parsedNumber(Buffer.from(bytes).toString('latin1'));
    if (value === null) return 0;
    slot.setfltvalue(value);
    return bytes.length + 1;
  };
}

/** fengari's own hash gives different strings one key, and orders strings wrongly. */
function replaceHashes(strings: Internals['lstring']): void {
  strings.luaS_hash = (bytes) => `|${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')}`;
  strings.luaS_hashlongstr = (text) => (text.hash ??= strings.luaS_hash(text.realstring));
}
