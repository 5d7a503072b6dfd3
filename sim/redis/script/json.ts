/** The library `cjson` for scripts: converts between JSON and Lua values. */
import type { LuaState } from 'fengari';
import { lua } from './fengari.ts';
import { pushText, SLOTS, textAt } from './lua-values.ts';

/** cjson's own limit. */
const DEPTH_MAX = 1000;

class JsonError extends Error {}

/** cjson prints 14 digits, as Lua does. */
function formatNumber(value: number): string {
  if (!Number.isFinite(value)) throw new JsonError('Cannot serialise number: must not be NaN or Inf');
  if (Number.isInteger(value) && Math.abs(value) < 1e14) return String(value);
  const [digits = '', exponent] = value.toPrecision(14).split('e');
  const short = digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
  return exponent === undefined ? short : `${short}e${exponent.replace(/^([+-])(\d)$/, '$10$2')}`;
}

/** cjson also escapes slashes and DEL. */
function formatText(text: string): string {
  return JSON.stringify(text).replaceAll('/', '\\/').replaceAll('\u007F', '\\u007f');
}

function encode(state: LuaState, depth: number): string {
  switch (lua.lua_type(state, -1)) {
    case lua.LUA_TSTRING:
      return formatText(textAt(state, -1));
    case lua.LUA_TNUMBER:
      return formatNumber(lua.lua_tonumber(state, -1));
    case lua.LUA_TBOOLEAN:
      return String(lua.lua_toboolean(state, -1));
    case lua.LUA_TTABLE:
      if (depth > DEPTH_MAX) throw new JsonError('Cannot serialise, excessive depth (1001)');
      return encodeTable(state, depth);
    case lua.LUA_TNIL:
    case LIGHT_USERDATA:
      return 'null';
    default:
      throw new JsonError('Cannot serialise function: type not supported');
  }
}

const LIGHT_USERDATA = 2;

/**
 * Encodes an array when all keys are positive integers, otherwise an object. An empty table is
 * `{}`.
 */
function encodeTable(state: LuaState, depth: number): string {
  const items = new Map<number, string>();
  const fields: string[] = [];
  lua.lua_checkstack(state, SLOTS);
  lua.lua_pushnil(state);
  while (lua.lua_next(state, -2) !== 0) {
    const value = encode(state, depth + 1);
    lua.lua_pop(state, 1);
    if (lua.lua_type(state, -1) === lua.LUA_TNUMBER) {
      const key = lua.lua_tonumber(state, -1);
      if (Number.isInteger(key) && key > 0) items.set(key, value);
      fields.push(`"${formatNumber(key)}":${value}`);
    } else if (lua.lua_type(state, -1) === lua.LUA_TSTRING) fields.push(`${formatText(textAt(state, -1))}:${value}`);
    else throw new JsonError('Cannot serialise table: table key must be a number or string');
  }
  const last = Math.max(0, ...items.keys());
  if (items.size !== fields.length || fields.length === 0) return `{${fields.join(',')}}`;
  if (last > 10 && last > items.size * 2) throw new JsonError('Cannot serialise table: excessively sparse array');
  return `[${Array.from({ length: last }, (_, index) => items.get(index + 1) ?? 'null').join(',')}]`;
}

/** Pushes null as a light userdata, `cjson.null`: a table cannot hold nil. */
function push(state: LuaState, value: unknown): void {
  lua.lua_checkstack(state, SLOTS);
  if (value === null) lua.lua_pushlightuserdata(state, NULL);
  else if (typeof value === 'number') lua.lua_pushnumber(state, value);
  else if (typeof value === 'boolean') lua.lua_pushboolean(state, value);
  else if (typeof value === 'string') pushText(state, value);
  else if (Array.isArray(value)) {
    lua.lua_newtable(state);
    for (const [index, item] of value.entries()) {
      push(state, item);
      lua.lua_rawseti(state, -2, index + 1);
    }
  } else {
    lua.lua_newtable(state);
    for (const [name, field] of Object.entries(value as object)) {
      pushText(state, name);
      push(state, field);
      lua.lua_rawset(state, -3);
    }
  }
}

export const NULL = Object.freeze({ json: 'null' });

function decode(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new JsonError('Expected value but found invalid token at character 1');
  }
}

/** Returns the functions of `cjson`. They raise errors by `raise`. */
export function jsonFunctions(
  raise: (state: LuaState, text: string) => number,
): Readonly<Record<string, (state: LuaState) => number>> {
  const orRaise =
    (run: (state: LuaState) => void) =>
    (state: LuaState): number => {
      try {
        run(state);
        return 1;
      } catch (error) {
        if (!(error instanceof JsonError)) throw error;
        return raise(state, error.message);
      }
    };
  return {
    encode: orRaise((state) => {
      lua.lua_settop(state, 1);
      pushText(state, encode(state, 0));
    }),
    decode: orRaise((state) => push(state, decode(textAt(state, 1)))),
  };
}
