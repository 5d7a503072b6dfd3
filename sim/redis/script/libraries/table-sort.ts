/**
 * `table.sort` after ltablib.c of Lua 5.1: a quicksort, which leaves items that compare as equal in
 * an order that a script can see.
 */
import type { LuaState } from 'fengari';
import { raise } from '../arguments.ts';
import { lua } from '../interpreter/fengari.ts';

/** The table and, if any, the comparing function are at the bottom of the stack. */
export function sort(state: LuaState, from: number, to: number): void {
  let [low, high] = [from, to];
  while (low < high) {
    get(state, low, high);
    if (isLess(state, -1, -2)) set(state, low, high);
    else lua.lua_pop(state, 2);
    if (high - low === 1) return;
    const middle = Math.floor((low + high) / 2);
    orderMiddle(state, low, middle, high);
    if (high - low === 2) return;
    lua.lua_rawgeti(state, 1, middle);
    lua.lua_pushvalue(state, -1);
    lua.lua_rawgeti(state, 1, high - 1);
    set(state, middle, high - 1);
    const pivot = partition(state, low, high);
    get(state, high - 1, pivot);
    set(state, high - 1, pivot);
    // The smaller part is sorted by recursion, so that its depth stays low.
    if (pivot - low < high - pivot) {
      sort(state, low, pivot - 1);
      low = pivot + 1;
    } else {
      sort(state, pivot + 1, high);
      high = pivot - 1;
    }
  }
}

function orderMiddle(state: LuaState, low: number, middle: number, high: number): void {
  get(state, middle, low);
  if (isLess(state, -2, -1)) {
    set(state, middle, low);
    return;
  }
  lua.lua_pop(state, 1);
  lua.lua_rawgeti(state, 1, high);
  if (isLess(state, -1, -2)) set(state, middle, high);
  else lua.lua_pop(state, 2);
}

/** Partitions by the pivot at the top of the stack, which it pops. Returns where the pivot goes. */
function partition(state: LuaState, low: number, high: number): number {
  let [left, right] = [low, high - 1];
  for (;;) {
    for (left += 1; pushed(state, left) && isLess(state, -1, -2); left += 1) {
      if (left > high) raise(state, 'invalid order function for sorting');
      lua.lua_pop(state, 1);
    }
    for (right -= 1; pushed(state, right) && isLess(state, -3, -1); right -= 1) {
      if (right < low) raise(state, 'invalid order function for sorting');
      lua.lua_pop(state, 1);
    }
    if (right < left) {
      lua.lua_pop(state, 3);
      return left;
    }
    set(state, left, right);
  }
}

function pushed(state: LuaState, index: number): true {
  lua.lua_rawgeti(state, 1, index);
  return true;
}

function get(state: LuaState, first: number, second: number): void {
  lua.lua_rawgeti(state, 1, first);
  lua.lua_rawgeti(state, 1, second);
}

/** Pops two values and stores them. */
function set(state: LuaState, top: number, below: number): void {
  lua.lua_rawseti(state, 1, top);
  lua.lua_rawseti(state, 1, below);
}

/** Compares two values of the stack, by their negative indexes. */
function isLess(state: LuaState, left: number, right: number): boolean {
  if (lua.lua_type(state, 2) === lua.LUA_TNIL) return lua.lua_compare(state, left, right, lua.LUA_OPLT);
  lua.lua_pushvalue(state, 2);
  lua.lua_pushvalue(state, left - 1);
  lua.lua_pushvalue(state, right - 2);
  lua.lua_call(state, 2, 1);
  const result = lua.lua_toboolean(state, -1);
  lua.lua_pop(state, 1);
  return result;
}
