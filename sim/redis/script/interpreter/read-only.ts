/** Tables that scripts may not change, as in the Lua of Redis. */
import type { LuaState } from 'fengari';
import { lua } from './fengari.ts';
import type { LuaTable } from './tables.ts';

export function isReadOnly(state: LuaState, index: number): boolean {
  return (lua.lua_topointer(state, index) as LuaTable).isReadOnly;
}

export function setReadOnly(state: LuaState, index: number, value: boolean): void {
  (lua.lua_topointer(state, index) as LuaTable).isReadOnly = value;
}
