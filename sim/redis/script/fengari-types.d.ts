declare module 'fengari' {
  /** A Lua state. */
  export interface LuaState {
    readonly __brand: 'LuaState';
  }

  type LuaFunction = (state: LuaState) => number;

  /** The part of Lua's C API that is used, named as in its manual. Strings are bytes. */
  export const lua: {
    readonly LUA_OK: number;
    readonly LUA_TNIL: number;
    readonly LUA_TBOOLEAN: number;
    readonly LUA_TNUMBER: number;
    readonly LUA_TSTRING: number;
    readonly LUA_TTABLE: number;
    lua_checkstack(state: LuaState, slots: number): boolean;
    lua_close(state: LuaState): void;
    lua_concat(state: LuaState, count: number): void;
    lua_error(state: LuaState): number;
    lua_getfield(state: LuaState, index: number, name: Uint8Array): number;
    lua_getglobal(state: LuaState, name: Uint8Array): number;
    lua_gettop(state: LuaState): number;
    lua_next(state: LuaState, index: number): number;
    lua_newtable(state: LuaState): void;
    lua_pcall(state: LuaState, parameters: number, results: number, handler: number): number;
    lua_pop(state: LuaState, count: number): void;
    lua_pushboolean(state: LuaState, value: boolean): void;
    lua_pushjsfunction(state: LuaState, value: LuaFunction): void;
    lua_pushlightuserdata(state: LuaState, value: object): void;
    lua_pushglobaltable(state: LuaState): void;
    lua_pushnil(state: LuaState): void;
    lua_pushnumber(state: LuaState, value: number): void;
    lua_pushstring(state: LuaState, value: Uint8Array): void;
    lua_pushvalue(state: LuaState, index: number): void;
    lua_rawget(state: LuaState, index: number): number;
    lua_rawgeti(state: LuaState, index: number, key: number): number;
    lua_rawset(state: LuaState, index: number): void;
    lua_rawseti(state: LuaState, index: number, key: number): void;
    lua_rotate(state: LuaState, index: number, count: number): void;
    lua_setfield(state: LuaState, index: number, name: Uint8Array): void;
    lua_setglobal(state: LuaState, name: Uint8Array): void;
    lua_settop(state: LuaState, index: number): void;
    lua_toboolean(state: LuaState, index: number): boolean;
    lua_tonumber(state: LuaState, index: number): number;
    lua_topointer(state: LuaState, index: number): unknown;
    lua_tostring(state: LuaState, index: number): Uint8Array;
    lua_type(state: LuaState, index: number): number;
  };

  export const lauxlib: {
    luaL_newstate(): LuaState;
    luaL_loadbuffer(state: LuaState, text: Uint8Array, size: number, name: Uint8Array): number;
    luaL_where(state: LuaState, level: number): void;
  };

  export const lualib: { luaL_openlibs(state: LuaState): void };
}
