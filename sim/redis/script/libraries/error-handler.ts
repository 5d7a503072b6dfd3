/** The error handler of Redis: makes a table of an error, with the location that raised it. */
import type { LuaState } from 'fengari';
import { lua } from '../interpreter/fengari.ts';
import { latin1Bytes, latin1Of, luaText } from '../lua-values.ts';
import { BASE } from './base.ts';

const WANTED = latin1Bytes('nSl');

export function handleError(state: LuaState): number {
  const info = new lua.lua_Debug();
  let hasInfo = lua.lua_getstack(state, 1, info) !== 0 && lua.lua_getinfo(state, WANTED, info) !== 0;
  // fengari calls functions of the host J.
  if (hasInfo && latin1Of(info.what) === 'J')
    hasInfo = lua.lua_getstack(state, 2, info) !== 0 && lua.lua_getinfo(state, WANTED, info) !== 0;
  lua.lua_settop(state, 1);
  if (lua.lua_type(state, 1) !== lua.LUA_TTABLE) {
    lua.lua_newtable(state);
    lua.lua_pushstring(state, latin1Bytes('ERR '));
    lua.lua_pushjsfunction(state, BASE['tostring'] ?? (() => 0));
    lua.lua_pushvalue(state, 1);
    lua.lua_call(state, 1, 1);
    lua.lua_concat(state, 2);
    lua.lua_setfield(state, -2, luaText('err'));
  }
  if (hasInfo) {
    lua.lua_pushstring(state, Uint8Array.from(info.source));
    lua.lua_setfield(state, -2, luaText('source'));
    lua.lua_pushnumber(state, info.currentline);
    lua.lua_setfield(state, -2, luaText('line'));
  }
  return 1;
}
