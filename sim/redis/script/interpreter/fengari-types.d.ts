declare module 'fengari' {
  /** A Lua state. */
  export interface LuaState {
    readonly __brand: 'LuaState';
  }

  type LuaFunction = (state: LuaState) => number;

  /** What is known about a function that is being called. Texts are bytes. */
  interface CallInfo {
    readonly name: Uint8Array | null;
    readonly namewhat: Uint8Array;
    readonly what: Uint8Array;
    readonly source: Uint8Array;
    readonly currentline: number;
  }

  /** The part of Lua's C API that is used, named as in its manual. Strings are bytes. */
  export const lua: {
    readonly LUA_OK: number;
    readonly LUA_MULTRET: number;
    readonly LUA_OPLT: number;
    readonly LUA_REGISTRYINDEX: number;
    readonly LUA_TNONE: number;
    readonly LUA_TNIL: number;
    readonly LUA_TBOOLEAN: number;
    readonly LUA_TFUNCTION: number;
    readonly LUA_TLIGHTUSERDATA: number;
    readonly LUA_TNUMBER: number;
    readonly LUA_TSTRING: number;
    readonly LUA_TTABLE: number;
    readonly LUA_TTHREAD: number;
    readonly lua_Debug: new () => CallInfo;
    /** Called with an error of JavaScript, as a light userdata. Returns what Lua gets instead. */
    lua_atnativeerror(state: LuaState, handler: LuaFunction): void;
    lua_call(state: LuaState, parameters: number, results: number): void;
    lua_checkstack(state: LuaState, slots: number): boolean;
    lua_compare(state: LuaState, left: number, right: number, operation: number): boolean;
    lua_concat(state: LuaState, count: number): void;
    lua_error(state: LuaState): number;
    lua_getfield(state: LuaState, index: number, name: Uint8Array): number;
    lua_getinfo(state: LuaState, what: Uint8Array, info: CallInfo): number;
    lua_getmetatable(state: LuaState, index: number): boolean;
    lua_getstack(state: LuaState, level: number, info: CallInfo): number;
    lua_gettable(state: LuaState, index: number): number;
    lua_gettop(state: LuaState): number;
    lua_insert(state: LuaState, index: number): void;
    lua_iscfunction(state: LuaState, index: number): boolean;
    lua_isnumber(state: LuaState, index: number): boolean;
    lua_load(
      state: LuaState,
      reader: () => Uint8Array | null,
      data: unknown,
      name: Uint8Array,
      mode: Uint8Array | null,
    ): number;
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
    lua_pushthread(state: LuaState): boolean;
    lua_pushvalue(state: LuaState, index: number): void;
    lua_rawequal(state: LuaState, left: number, right: number): boolean;
    lua_rawget(state: LuaState, index: number): number;
    lua_rawgeti(state: LuaState, index: number, key: number): number;
    lua_rawlen(state: LuaState, index: number): number;
    lua_rawset(state: LuaState, index: number): void;
    lua_rawseti(state: LuaState, index: number, key: number): void;
    lua_remove(state: LuaState, index: number): void;
    lua_replace(state: LuaState, index: number): void;
    lua_setfield(state: LuaState, index: number, name: Uint8Array): void;
    lua_setmetatable(state: LuaState, index: number): void;
    lua_settop(state: LuaState, index: number): void;
    lua_toboolean(state: LuaState, index: number): boolean;
    lua_tonumber(state: LuaState, index: number): number;
    lua_topointer(state: LuaState, index: number): unknown;
    /** Null for values that are neither strings nor numbers. A number becomes a string. */
    lua_tostring(state: LuaState, index: number): Uint8Array | null;
    lua_touserdata(state: LuaState, index: number): unknown;
    lua_type(state: LuaState, index: number): number;
    lua_typename(state: LuaState, type: number): Uint8Array;
  };

  export const lauxlib: {
    luaL_newstate(): LuaState;
    luaL_loadbuffer(state: LuaState, text: Uint8Array, size: number, name: Uint8Array): number;
    luaL_getmetafield(state: LuaState, index: number, name: Uint8Array): number;
    luaL_where(state: LuaState, level: number): void;
  };
}
