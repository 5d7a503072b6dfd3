/** Encodes Lua values as lua-cjson 2.1 does. */
import type { LuaState } from 'fengari';
import { raise, typeNameAt } from '../arguments.ts';
import { checkDepth } from '../depth.ts';
import { lua } from '../interpreter/fengari.ts';
import { formatDouble, shownNumber } from '../interpreter/numerals.ts';
import { bytesAt, latin1Of, SLOTS } from '../lua-values.ts';
import type { JsonSettings } from './json-settings.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '/': '\\/',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
};

const escaped = (char: string): string => ESCAPES[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;

export class JsonEncoder {
  readonly #state: LuaState;
  readonly #settings: JsonSettings;

  constructor(state: LuaState, settings: JsonSettings) {
    this.#state = state;
    this.#settings = settings;
  }

  /** Encodes the value at the top of the stack. The result has one character per byte. */
  encode(depth = 0): string {
    const state = this.#state;
    switch (lua.lua_type(state, -1)) {
      case lua.LUA_TSTRING:
        return this.#text(-1);
      case lua.LUA_TNUMBER:
        return this.#number(-1);
      case lua.LUA_TBOOLEAN:
        return String(lua.lua_toboolean(state, -1));
      case lua.LUA_TTABLE:
        return this.#table(depth + 1);
      case lua.LUA_TNIL:
      case lua.LUA_TLIGHTUSERDATA:
        return 'null';
      default:
        return this.#fail(-1, 'type not supported');
    }
  }

  #fail(index: number, reason: string): never {
    return raise(this.#state, `Cannot serialise ${typeNameAt(this.#state, index)}: ${reason}`);
  }

  #text(index: number): string {
    // eslint-disable-next-line no-control-regex -- JSON escapes these.
    return `"${latin1Of(bytesAt(this.#state, index)).replace(/["\\/\x00-\x1f\x7f]/g, escaped)}"`;
  }

  #number(index: number): string {
    const value = lua.lua_tonumber(this.#state, index);
    if (!Number.isFinite(value)) {
      if (this.#settings.encodeInvalid === 'off') this.#fail(index, 'must not be NaN or Inf');
      if (this.#settings.encodeInvalid === 'null') return 'null';
      if (Number.isNaN(value)) return 'nan';
    }
    if (this.#settings.precision === 14) return shownNumber(value);
    return formatDouble('g', value, { flags: '', width: 0, precision: this.#settings.precision });
  }

  #table(depth: number): string {
    if (depth > this.#settings.encodeDepthMax) raise(this.#state, `Cannot serialise, excessive nesting (${depth})`);
    checkDepth(depth);
    lua.lua_checkstack(this.#state, SLOTS);
    const length = this.#arrayLength();
    return length > 0 ? this.#array(length, depth) : this.#object(depth);
  }

  /** Returns -1 for a table that is not an array. */
  #arrayLength(): number {
    const state = this.#state;
    const { ratio, safe, converts } = this.#settings;
    let [most, count] = [0, 0];
    lua.lua_pushnil(state);
    while (lua.lua_next(state, -2) !== 0) {
      const key = lua.lua_type(state, -2) === lua.LUA_TNUMBER ? lua.lua_tonumber(state, -2) : 0;
      if (Math.floor(key) !== key || key < 1) {
        lua.lua_pop(state, 2);
        return -1;
      }
      most = Math.max(most, key);
      count += 1;
      lua.lua_pop(state, 1);
    }
    if (ratio <= 0 || most <= count * ratio || most <= safe) return most;
    return converts ? -1 : this.#fail(-1, 'excessively sparse array');
  }

  #array(length: number, depth: number): string {
    const items: string[] = [];
    for (let index = 1; index <= length; index += 1) {
      lua.lua_rawgeti(this.#state, -1, index);
      items.push(this.encode(depth));
      lua.lua_pop(this.#state, 1);
    }
    return `[${items.join(',')}]`;
  }

  #object(depth: number): string {
    const state = this.#state;
    const fields: string[] = [];
    lua.lua_pushnil(state);
    while (lua.lua_next(state, -2) !== 0) {
      const name = this.#key();
      fields.push(`${name}:${this.encode(depth)}`);
      lua.lua_pop(state, 1);
    }
    return `{${fields.join(',')}}`;
  }

  #key(): string {
    const type = lua.lua_type(this.#state, -2);
    if (type === lua.LUA_TNUMBER) return `"${this.#number(-2)}"`;
    return type === lua.LUA_TSTRING ? this.#text(-2) : this.#fail(-2, 'table key must be a number or string');
  }
}
