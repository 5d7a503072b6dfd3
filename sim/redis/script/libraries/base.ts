/** The functions of Lua 5.1 that Redis leaves to scripts. */
import type { LuaState } from 'fengari';
import {
  argumentError,
  checkAny,
  checkFunction,
  checkInt,
  checkLatin1,
  checkTable,
  type Library,
  optionalInt,
  optionalLatin1,
  pushLatin1,
  raise,
  raiseBare,
  typeNameAt,
} from '../arguments.ts';
import { lauxlib, lua } from '../interpreter/fengari.ts';
import { isReadOnly } from '../interpreter/read-only.ts';
import { latin1Bytes, latin1Of } from '../lua-values.ts';
import { load } from '../load.ts';

const SPACES = ' \t\n\v\f\r';
const PATTERN_OF_RADIX = /^([+-]?)(0[xX](?=[\dA-Fa-f]))?/;

/** `strtoul` of a text in a base other than 10. Null when it is not a number. */
function parsedUnsigned(text: string, base: number): number | null {
  const whole = (text.split('\0')[0] ?? '').replace(/^[ \t\n\v\f\r]+/, '');
  const [prefix = '', sign = '', hexadecimal] = PATTERN_OF_RADIX.exec(whole) ?? [];
  const start = base === 16 && hexadecimal !== undefined ? prefix.length : sign.length;
  let value = 0n;
  let at = start;
  for (; at < whole.length; at += 1) {
    const digit = Number.parseInt(whole.charAt(at), 36);
    if (Number.isNaN(digit) || digit >= base) break;
    value = value * BigInt(base) + BigInt(digit);
  }
  if (at === start || [...whole.slice(at)].some((char) => !SPACES.includes(char))) return null;
  const most = 2n ** 64n - 1n;
  if (value > most) return Number(most);
  return Number(BigInt.asUintN(64, sign === '-' ? -value : value));
}

/** Leaves out addresses, which differ between runs. */
function show(state: LuaState, index: number): void {
  if (lauxlib.luaL_getmetafield(state, index, latin1Bytes('__tostring')) !== lua.LUA_TNIL) {
    lua.lua_pushvalue(state, index);
    lua.lua_call(state, 1, 1);
    return;
  }
  switch (lua.lua_type(state, index)) {
    case lua.LUA_TNUMBER:
      lua.lua_pushvalue(state, index);
      lua.lua_tostring(state, -1);
      return;
    case lua.LUA_TSTRING:
      lua.lua_pushvalue(state, index);
      return;
    case lua.LUA_TBOOLEAN:
      pushLatin1(state, String(lua.lua_toboolean(state, index)));
      return;
    case lua.LUA_TNIL:
      pushLatin1(state, 'nil');
      return;
    case lua.LUA_TLIGHTUSERDATA:
      // Only cjson.null.
      pushLatin1(state, 'userdata: (nil)');
      return;
    default:
      pushLatin1(state, `${typeNameAt(state, index)}: 0x0`);
  }
}

function nextPair(state: LuaState): number {
  checkTable(state, 1);
  lua.lua_settop(state, 2);
  if (lua.lua_next(state, 1) !== 0) return 2;
  lua.lua_pushnil(state);
  return 1;
}

function nextItem(state: LuaState): number {
  const index = checkInt(state, 2) + 1;
  checkTable(state, 1);
  lua.lua_pushnumber(state, index);
  return lua.lua_rawgeti(state, 1, index) === lua.LUA_TNIL ? 0 : 2;
}

/** Returns the iterator of a table, the table, and the value that it begins with. */
function iterate(state: LuaState, next: Library[string], pushFirst: () => void): number {
  checkTable(state, 1);
  lua.lua_pushjsfunction(state, next);
  lua.lua_pushvalue(state, 1);
  pushFirst();
  return 3;
}

const GARBAGE_OPTIONS = ['stop', 'restart', 'collect', 'count', 'step', 'setpause', 'setstepmul'];
/** Memory in use, which scripts cannot rely on. */
const MEMORY_KB = 40;

/** Redis' own: an error that is a table with the field `err` becomes that field. */
function protectedCall(state: LuaState): number {
  checkAny(state, 1);
  lua.lua_pushboolean(state, true);
  lua.lua_insert(state, 1);
  if (lua.lua_pcall(state, lua.lua_gettop(state) - 2, lua.LUA_MULTRET, 0) === lua.LUA_OK) return lua.lua_gettop(state);
  lua.lua_remove(state, 1);
  if (lua.lua_type(state, -1) === lua.LUA_TTABLE) {
    lua.lua_getfield(state, -1, latin1Bytes('err'));
    const type = lua.lua_type(state, -1);
    if (type === lua.LUA_TSTRING || type === lua.LUA_TNUMBER) lua.lua_replace(state, -2);
  }
  lua.lua_pushboolean(state, false);
  lua.lua_insert(state, 1);
  return lua.lua_gettop(state);
}

export const BASE: Library = {
  assert(state) {
    checkAny(state, 1);
    if (lua.lua_toboolean(state, 1)) return lua.lua_gettop(state);
    return raise(state, optionalLatin1(state, 2, 'assertion failed!').split('\0')[0] ?? '');
  },
  collectgarbage(state) {
    const option = optionalLatin1(state, 1, 'collect');
    if (!GARBAGE_OPTIONS.includes(option)) argumentError(state, 1, `invalid option '${option}'`);
    optionalInt(state, 2, 0);
    if (option === 'step') lua.lua_pushboolean(state, true);
    else lua.lua_pushnumber(state, option === 'count' ? MEMORY_KB : option.startsWith('set') ? 200 : 0);
    return 1;
  },
  gcinfo(state) {
    lua.lua_pushnumber(state, MEMORY_KB);
    return 1;
  },
  error(state) {
    const level = optionalInt(state, 2, 1);
    lua.lua_settop(state, 1);
    const type = lua.lua_type(state, 1);
    if ((type === lua.LUA_TSTRING || type === lua.LUA_TNUMBER) && level > 0) {
      lauxlib.luaL_where(state, level);
      lua.lua_pushvalue(state, 1);
      lua.lua_concat(state, 2);
    }
    return lua.lua_error(state);
  },
  getmetatable(state) {
    checkAny(state, 1);
    if (!lua.lua_getmetatable(state, 1)) lua.lua_pushnil(state);
    else lauxlib.luaL_getmetafield(state, 1, latin1Bytes('__metatable'));
    return 1;
  },
  setmetatable(state) {
    const type = lua.lua_type(state, 2);
    checkTable(state, 1);
    if (type !== lua.LUA_TNIL && type !== lua.LUA_TTABLE) argumentError(state, 2, 'nil or table expected');
    if (lauxlib.luaL_getmetafield(state, 1, latin1Bytes('__metatable')) !== lua.LUA_TNIL)
      raise(state, 'cannot change a protected metatable');
    lua.lua_settop(state, 2);
    if (isReadOnly(state, 1)) raiseBare(state, 'Attempt to modify a readonly table');
    lua.lua_setmetatable(state, 1);
    return 1;
  },
  ipairs: (state) => iterate(state, nextItem, () => lua.lua_pushnumber(state, 0)),
  pairs: (state) => iterate(state, nextPair, () => lua.lua_pushnil(state)),
  next: nextPair,
  load(state) {
    const name = optionalLatin1(state, 2, '=(load)');
    checkFunction(state, 1);
    const parts: Uint8Array[] = [];
    for (;;) {
      lua.lua_pushvalue(state, 1);
      lua.lua_call(state, 0, 1);
      if (lua.lua_type(state, -1) === lua.LUA_TNIL) break;
      const part = lua.lua_tostring(state, -1) ?? raise(state, 'reader function must return a string');
      if (part.length === 0) break;
      parts.push(part);
    }
    return load(state, latin1Of(Buffer.concat(parts)), name) ? 1 : 2;
  },
  loadstring(state) {
    const text = checkLatin1(state, 1);
    return load(state, text, optionalLatin1(state, 2, text)) ? 1 : 2;
  },
  pcall: protectedCall,
  xpcall(state) {
    checkAny(state, 2);
    lua.lua_settop(state, 2);
    lua.lua_insert(state, 1);
    const isOk = lua.lua_pcall(state, 0, lua.LUA_MULTRET, 1) === lua.LUA_OK;
    lua.lua_pushboolean(state, isOk);
    lua.lua_replace(state, 1);
    return lua.lua_gettop(state);
  },
  rawequal(state) {
    checkAny(state, 1);
    checkAny(state, 2);
    lua.lua_pushboolean(state, lua.lua_rawequal(state, 1, 2));
    return 1;
  },
  rawget(state) {
    checkTable(state, 1);
    checkAny(state, 2);
    lua.lua_settop(state, 2);
    lua.lua_rawget(state, 1);
    return 1;
  },
  rawset(state) {
    checkTable(state, 1);
    checkAny(state, 2);
    checkAny(state, 3);
    lua.lua_settop(state, 3);
    lua.lua_rawset(state, 1);
    return 1;
  },
  select(state) {
    const count = lua.lua_gettop(state);
    if (lua.lua_type(state, 1) === lua.LUA_TSTRING && checkLatin1(state, 1).startsWith('#')) {
      lua.lua_pushnumber(state, count - 1);
      return 1;
    }
    const given = checkInt(state, 1);
    const index = given < 0 ? count + given : Math.min(given, count);
    if (index < 1) argumentError(state, 1, 'index out of range');
    return count - index;
  },
  tonumber(state) {
    const base = optionalInt(state, 2, 10);
    if (base === 10) {
      checkAny(state, 1);
      if (lua.lua_isnumber(state, 1)) lua.lua_pushnumber(state, lua.lua_tonumber(state, 1));
      else lua.lua_pushnil(state);
      return 1;
    }
    const text = checkLatin1(state, 1);
    if (base < 2 || base > 36) argumentError(state, 2, 'base out of range');
    const value = parsedUnsigned(text, base);
    if (value === null) lua.lua_pushnil(state);
    else lua.lua_pushnumber(state, value);
    return 1;
  },
  tostring(state) {
    checkAny(state, 1);
    show(state, 1);
    return 1;
  },
  type(state) {
    checkAny(state, 1);
    pushLatin1(state, typeNameAt(state, 1));
    return 1;
  },
  unpack(state) {
    checkTable(state, 1);
    const first = optionalInt(state, 2, 1);
    const last = optionalInt(state, 3, lua.lua_rawlen(state, 1));
    if (first > last) return 0;
    const count = last - first + 1;
    if (count >= UNPACKED_MAX || !lua.lua_checkstack(state, count)) raise(state, 'too many results to unpack');
    for (let index = first; index <= last; index += 1) lua.lua_rawgeti(state, 1, index);
    return count;
  },
};

/** The size of the stack for C functions in Lua 5.1. */
const UNPACKED_MAX = 8000;
