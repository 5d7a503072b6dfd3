/** How the libraries of Lua 5.1 check the arguments of a call, and the errors that they raise. */
import type { LuaState } from 'fengari';
import { lauxlib, lua } from './interpreter/fengari.ts';
import { latin1Of, latin1Bytes } from './lua-values.ts';

export type LuaFunction = (state: LuaState) => number;
export type Library = Readonly<Record<string, LuaFunction>>;

/** Raises an error with the location of the caller. */
export function raise(state: LuaState, text: string): never {
  lauxlib.luaL_where(state, 1);
  pushLatin1(state, text);
  lua.lua_concat(state, 2);
  lua.lua_error(state);
  throw new Error('lua_error has returned');
}

/** Raises an error without a location. */
export function raiseBare(state: LuaState, text: string): never {
  pushLatin1(state, text);
  lua.lua_error(state);
  throw new Error('lua_error has returned');
}

export function pushLatin1(state: LuaState, text: string): void {
  lua.lua_pushstring(state, latin1Bytes(text));
}

const NAMES = latin1Bytes('n');

export function argumentError(state: LuaState, index: number, problem: string): never {
  const info = new lua.lua_Debug();
  lua.lua_getstack(state, 0, info);
  lua.lua_getinfo(state, NAMES, info);
  const found = info.name === null ? '?' : latin1Of(info.name);
  const name = found === 'for iterator' ? '(for generator)' : found;
  const isMethod = latin1Of(info.namewhat) === 'method';
  if (isMethod && index === 1) return raise(state, `calling '${name}' on bad self (${problem})`);
  return raise(state, `bad argument #${isMethod ? index - 1 : index} to '${name}' (${problem})`);
}

export function typeNameAt(state: LuaState, index: number): string {
  const type = lua.lua_type(state, index);
  return type === lua.LUA_TNONE ? 'no value' : latin1Of(lua.lua_typename(state, type));
}

function typeError(state: LuaState, index: number, expected: string): never {
  return argumentError(state, index, `${expected} expected, got ${typeNameAt(state, index)}`);
}

export const isMissing = (state: LuaState, index: number): boolean => lua.lua_type(state, index) <= lua.LUA_TNIL;

export function checkAny(state: LuaState, index: number): void {
  if (lua.lua_type(state, index) === lua.LUA_TNONE) argumentError(state, index, 'value expected');
}

export function checkTable(state: LuaState, index: number): void {
  if (lua.lua_type(state, index) !== lua.LUA_TTABLE) typeError(state, index, 'table');
}

export function checkFunction(state: LuaState, index: number): void {
  if (lua.lua_type(state, index) !== lua.LUA_TFUNCTION) typeError(state, index, 'function');
}

export function checkNumber(state: LuaState, index: number): number {
  if (!lua.lua_isnumber(state, index)) return typeError(state, index, 'number');
  return lua.lua_tonumber(state, index);
}

/** A double cast to a 64-bit integer, as on x86-64. */
export function toInteger(value: number): number {
  return Math.abs(value) < 2 ** 63 ? Math.trunc(value) : -(2 ** 63);
}

export function toBigInteger(value: number): bigint {
  return BigInt(toInteger(value));
}

/** A double cast to an unsigned 64-bit integer, as on x86-64. */
export function toUnsigned(value: number): bigint {
  if (value >= 2 ** 63) return value < 2 ** 64 ? BigInt(Math.trunc(value)) : 0n;
  return BigInt.asUintN(64, toBigInteger(value));
}

export function checkInteger(state: LuaState, index: number): number {
  return toInteger(checkNumber(state, index));
}

export function optionalInteger(state: LuaState, index: number, otherwise: number): number {
  return isMissing(state, index) ? otherwise : checkInteger(state, index);
}

/** A C `int`: the lower 32 bits. */
export function checkInt(state: LuaState, index: number): number {
  const value = checkInteger(state, index);
  return Math.abs(value) < 2 ** 31 ? value : Number(BigInt.asIntN(32, BigInt(value)));
}

export function optionalInt(state: LuaState, index: number, otherwise: number): number {
  return isMissing(state, index) ? otherwise : checkInt(state, index);
}

export function checkBytes(state: LuaState, index: number): Uint8Array {
  return lua.lua_tostring(state, index) ?? typeError(state, index, 'string');
}

/** A string with one character per byte. */
export function checkLatin1(state: LuaState, index: number): string {
  return latin1Of(checkBytes(state, index));
}

export function optionalLatin1(state: LuaState, index: number, otherwise: string): string {
  return isMissing(state, index) ? otherwise : checkLatin1(state, index);
}
