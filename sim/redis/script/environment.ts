/**
 * The environment of scripts: exactly the globals that Redis has. A script cannot change them, so
 * it leaves nothing behind for the next.
 */
import type { LuaState } from 'fengari';
import { type Library, raise } from './arguments.ts';
import { lauxlib, lua } from './interpreter/fengari.ts';
import { ignoreLengthMethod } from './interpreter/metamethods.ts';
import { setReadOnly } from './interpreter/read-only.ts';
import { BASE } from './libraries/base.ts';
import { BITS } from './libraries/bits.ts';
import { addCoroutines } from './libraries/coroutines.ts';
import { handleError } from './libraries/error-handler.ts';
import { addJson } from './libraries/json.ts';
import type { JsonSettings } from './libraries/json-settings.ts';
import { MATHEMATICAL_CONSTANTS, MATHEMATICS } from './libraries/mathematics.ts';
import { MESSAGE_PACK, MESSAGE_PACK_CONSTANTS } from './libraries/message-pack.ts';
import { REDIS_CONSTANTS } from './libraries/redis.ts';
import { STRINGS } from './libraries/strings.ts';
import { STRUCT } from './libraries/struct.ts';
import { TABLES } from './libraries/tables.ts';
import { latin1Of, luaText, pushText } from './lua-values.ts';

export const ERROR_HANDLER = '__redis__err__handler';

/** Adds functions and constants to the table at the top of the stack. */
export function fill(
  state: LuaState,
  functions: Library,
  constants: Readonly<Record<string, number | string>> = {},
): void {
  for (const [name, run] of Object.entries(functions)) {
    lua.lua_pushjsfunction(state, run);
    lua.lua_setfield(state, -2, luaText(name));
  }
  for (const [name, value] of Object.entries(constants)) {
    if (typeof value === 'number') lua.lua_pushnumber(state, value);
    else pushText(state, value);
    lua.lua_setfield(state, -2, luaText(name));
  }
}

/** Adds a library as a field of the table at the top of the stack. */
function addLibrary(state: LuaState, name: string, add: () => void): void {
  lua.lua_newtable(state);
  add();
  setReadOnly(state, -1, true);
  lua.lua_setfield(state, -2, luaText(name));
}

/** A string's methods are the library `string`, which is at the top of the stack. */
function setStringMethods(state: LuaState): void {
  pushText(state, '');
  lua.lua_newtable(state);
  lua.lua_pushvalue(state, -3);
  lua.lua_setfield(state, -2, luaText('__index'));
  setReadOnly(state, -1, true);
  lua.lua_setmetatable(state, -2);
  lua.lua_pop(state, 1);
}

/** Raises an error for a global that does not exist. */
function protectGlobals(state: LuaState): void {
  lua.lua_newtable(state);
  lua.lua_pushjsfunction(state, (caller) => {
    const name = lua.lua_tostring(caller, -1);
    if (lua.lua_gettop(caller) !== 2) raise(caller, 'Wrong number of arguments to luaProtectedTableError');
    if (name === null) return raise(caller, 'Second argument to luaProtectedTableError must be a string or number');
    const shown = latin1Of(name).split('\0')[0] ?? '';
    return raise(caller, `Script attempted to access nonexistent global variable '${shown}'`);
  });
  lua.lua_setfield(state, -2, luaText('__index'));
  setReadOnly(state, -1, true);
  lua.lua_setmetatable(state, -2);
  setReadOnly(state, -1, true);
}

export interface EnvironmentParts {
  readonly redis: Library;
  readonly random: Library;
  readonly json: JsonSettings;
  /** Gets errors of JavaScript, which no script may swallow. */
  onFailure(error: unknown): void;
}

/** Creates a state with this environment. */
export function createState({ redis, random, json, onFailure }: EnvironmentParts): LuaState {
  const state = lauxlib.luaL_newstate();
  ignoreLengthMethod(state);
  lua.lua_atnativeerror(state, (caller) => {
    // Not even a stack overflow of JavaScript, which would end recursion at a depth that differs
    // between machines.
    onFailure(lua.lua_touserdata(caller, 1));
    pushText(caller, 'internal error');
    return 1;
  });
  lua.lua_pushglobaltable(state);
  fill(state, BASE, { _VERSION: 'Lua 5.1' });
  fill(state, { [ERROR_HANDLER]: handleError });
  addLibrary(state, 'string', () => {
    fill(state, STRINGS);
    setStringMethods(state);
  });
  addLibrary(state, 'table', () => fill(state, TABLES));
  addLibrary(state, 'math', () => fill(state, { ...MATHEMATICS, ...random }, MATHEMATICAL_CONSTANTS));
  addLibrary(state, 'coroutine', () => addCoroutines(state));
  addLibrary(state, 'redis', () => fill(state, redis, REDIS_CONSTANTS));
  addLibrary(state, 'cjson', () => addJson(state, json));
  addLibrary(state, 'cmsgpack', () => fill(state, MESSAGE_PACK, MESSAGE_PACK_CONSTANTS));
  addLibrary(state, 'bit', () => fill(state, BITS));
  addLibrary(state, 'struct', () => fill(state, STRUCT));
  lua.lua_pushvalue(state, -1);
  lua.lua_setfield(state, -2, luaText('_G'));
  protectGlobals(state);
  lua.lua_pop(state, 1);
  return state;
}
