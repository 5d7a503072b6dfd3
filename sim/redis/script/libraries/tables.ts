/** The library `table` of Lua 5.1. */
import type { LuaState } from 'fengari';
import {
  checkFunction,
  checkInt,
  checkTable,
  isMissing,
  type Library,
  optionalInt,
  optionalLatin1,
  pushLatin1,
  raise,
  typeNameAt,
} from '../arguments.ts';
import { lua } from '../interpreter/fengari.ts';
import { latin1Of } from '../lua-values.ts';
import { sort } from './table-sort.ts';

function lengthOf(state: LuaState): number {
  checkTable(state, 1);
  return lua.lua_rawlen(state, 1);
}

/** Calls the function with the two values at the top. Returns whether it has returned a value. */
function stops(state: LuaState): boolean {
  lua.lua_pushvalue(state, 2);
  lua.lua_pushvalue(state, -3);
  lua.lua_pushvalue(state, -3);
  lua.lua_call(state, 2, 1);
  return lua.lua_type(state, -1) !== lua.LUA_TNIL;
}

export const TABLES: Library = {
  concat(state) {
    const separator = optionalLatin1(state, 2, '');
    checkTable(state, 1);
    const first = optionalInt(state, 3, 1);
    const last = isMissing(state, 4) ? lua.lua_rawlen(state, 1) : checkInt(state, 4);
    const parts: string[] = [];
    for (let index = first; index <= last; index += 1) {
      lua.lua_rawgeti(state, 1, index);
      const part = lua.lua_tostring(state, -1);
      if (part === null)
        return raise(state, `invalid value (${typeNameAt(state, -1)}) at index ${index} in table for 'concat'`);
      parts.push(latin1Of(part));
      lua.lua_pop(state, 1);
    }
    pushLatin1(state, parts.join(separator));
    return 1;
  },
  foreach(state) {
    checkTable(state, 1);
    checkFunction(state, 2);
    lua.lua_pushnil(state);
    while (lua.lua_next(state, 1) !== 0) {
      if (stops(state)) return 1;
      lua.lua_pop(state, 2);
    }
    return 0;
  },
  foreachi(state) {
    const count = lengthOf(state);
    checkFunction(state, 2);
    for (let index = 1; index <= count; index += 1) {
      lua.lua_pushnumber(state, index);
      lua.lua_rawgeti(state, 1, index);
      if (stops(state)) return 1;
      lua.lua_pop(state, 3);
    }
    return 0;
  },
  getn(state) {
    lua.lua_pushnumber(state, lengthOf(state));
    return 1;
  },
  insert(state) {
    let end = lengthOf(state) + 1;
    const count = lua.lua_gettop(state);
    if (count !== 2 && count !== 3) raise(state, "wrong number of arguments to 'insert'");
    const at = count === 2 ? end : checkInt(state, 2);
    if (at > end) end = at;
    for (let index = end; index > at; index -= 1) {
      lua.lua_rawgeti(state, 1, index - 1);
      lua.lua_rawseti(state, 1, index);
    }
    lua.lua_pushvalue(state, count);
    lua.lua_rawseti(state, 1, at);
    return 0;
  },
  maxn(state) {
    checkTable(state, 1);
    let most = 0;
    lua.lua_pushnil(state);
    while (lua.lua_next(state, 1) !== 0) {
      lua.lua_pop(state, 1);
      if (lua.lua_type(state, -1) === lua.LUA_TNUMBER) most = Math.max(most, lua.lua_tonumber(state, -1));
    }
    lua.lua_pushnumber(state, most);
    return 1;
  },
  remove(state) {
    const end = lengthOf(state);
    const at = optionalInt(state, 2, end);
    if (at < 1 || at > end) return 0;
    lua.lua_rawgeti(state, 1, at);
    for (let index = at; index < end; index += 1) {
      lua.lua_rawgeti(state, 1, index + 1);
      lua.lua_rawseti(state, 1, index);
    }
    lua.lua_pushnil(state);
    lua.lua_rawseti(state, 1, end);
    return 1;
  },
  setn(state) {
    checkTable(state, 1);
    return raise(state, "'setn' is obsolete");
  },
  sort(state) {
    const count = lengthOf(state);
    if (!isMissing(state, 2)) checkFunction(state, 2);
    lua.lua_settop(state, 2);
    sort(state, 1, count);
    return 0;
  },
};
