/** The library `coroutine` of Lua 5.1. */
import type { LuaState } from 'fengari';
import { argumentError } from '../arguments.ts';
import { lua, openCoroutines } from '../interpreter/fengari.ts';
import { luaText } from '../lua-values.ts';

function checkCoroutine(state: LuaState): void {
  if (lua.lua_type(state, 1) !== lua.LUA_TTHREAD) argumentError(state, 1, 'coroutine expected');
}

function checkBody(state: LuaState): void {
  if (lua.lua_type(state, 1) !== lua.LUA_TFUNCTION || lua.lua_iscfunction(state, 1))
    argumentError(state, 1, 'Lua function expected');
}

const CHECKED: readonly (readonly [name: string, check: (state: LuaState) => void])[] = [
  ['create', checkBody],
  ['wrap', checkBody],
  ['resume', checkCoroutine],
  ['status', checkCoroutine],
  ['yield', () => undefined],
];

/** Adds the functions to the table at the top of the stack. */
export function addCoroutines(state: LuaState): void {
  openCoroutines(state);
  for (const [name, check] of CHECKED) {
    lua.lua_getfield(state, -1, luaText(name));
    const run = lua.lua_topointer(state, -1) as (caller: LuaState) => number;
    lua.lua_pop(state, 1);
    lua.lua_pushjsfunction(state, (caller) => {
      check(caller);
      return run(caller);
    });
    lua.lua_setfield(state, -3, luaText(name));
  }
  lua.lua_pop(state, 1);
  lua.lua_pushjsfunction(state, (caller) => {
    // The main thread is not a coroutine.
    if (lua.lua_pushthread(caller)) lua.lua_pushnil(caller);
    return 1;
  });
  lua.lua_setfield(state, -2, luaText('running'));
}
