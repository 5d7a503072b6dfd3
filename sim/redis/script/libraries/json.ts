/** The library `cjson` for scripts: converts between JSON and Lua values as lua-cjson 2.1 does. */
import type { LuaState } from 'fengari';
import { argumentError, checkInteger, checkLatin1, isMissing, type Library, pushLatin1 } from '../arguments.ts';
import { lua } from '../interpreter/fengari.ts';
import { luaText } from '../lua-values.ts';
import { JsonDecoder, NULL } from './json-decode.ts';
import { JsonEncoder } from './json-encode.ts';
import { defaultJsonSettings, INVALID, type JsonSettings } from './json-settings.ts';

const INT_MAX = 2 ** 31 - 1;

type NumberSetting = 'encodeDepthMax' | 'decodeDepthMax' | 'precision' | 'ratio' | 'safe';
type Range = readonly [low: number, high: number];

/** Fills up the arguments. */
function expect(state: LuaState, count: number): void {
  if (lua.lua_gettop(state) > count) argumentError(state, count + 1, 'found too many arguments');
  lua.lua_settop(state, count);
}

function setNumber(state: LuaState, index: number, settings: JsonSettings, name: NumberSetting, range: Range): void {
  const [low, high] = range;
  if (!isMissing(state, index)) {
    const value = checkInteger(state, index);
    if (value < low || value > high) argumentError(state, 1, `expected integer between ${low} and ${high}`);
    settings[name] = value;
  }
  lua.lua_pushnumber(state, settings[name]);
}

/** Reads an option: a boolean, or one of the words. Returns undefined if it is missing. */
function option(state: LuaState, index: number, words: readonly string[]): string | undefined {
  if (isMissing(state, index)) return undefined;
  if (lua.lua_type(state, index) === lua.LUA_TBOOLEAN) return lua.lua_toboolean(state, index) ? 'on' : 'off';
  const word = checkLatin1(state, index);
  return words.includes(word) ? word : argumentError(state, index, `invalid option '${word}'`);
}

function setSwitch(
  state: LuaState,
  index: number,
  settings: JsonSettings,
  name: 'converts' | 'decodesInvalid' | 'keepsBuffer',
): void {
  const word = option(state, index, ['off', 'on']);
  if (word !== undefined) settings[name] = word === 'on';
  lua.lua_pushboolean(state, settings[name]);
}

function functions(settings: JsonSettings): Library {
  const numberOption =
    (name: NumberSetting, range: Range) =>
    (state: LuaState): number => {
      expect(state, 1);
      setNumber(state, 1, settings, name, range);
      return 1;
    };
  const switchOption =
    (name: 'decodesInvalid' | 'keepsBuffer') =>
    (state: LuaState): number => {
      expect(state, 1);
      setSwitch(state, 1, settings, name);
      return 1;
    };
  return {
    encode(state) {
      if (lua.lua_gettop(state) !== 1) argumentError(state, 1, 'expected 1 argument');
      pushLatin1(state, new JsonEncoder(state, settings).encode());
      return 1;
    },
    decode(state) {
      if (lua.lua_gettop(state) !== 1) argumentError(state, 1, 'expected 1 argument');
      new JsonDecoder(state, settings, checkLatin1(state, 1)).decode();
      return 1;
    },
    encode_max_depth: numberOption('encodeDepthMax', [1, INT_MAX]),
    decode_max_depth: numberOption('decodeDepthMax', [1, INT_MAX]),
    encode_number_precision: numberOption('precision', [1, 14]),
    encode_keep_buffer: switchOption('keepsBuffer'),
    decode_invalid_numbers: switchOption('decodesInvalid'),
    encode_invalid_numbers(state) {
      expect(state, 1);
      const word = option(state, 1, INVALID);
      if (word !== undefined) settings.encodeInvalid = word as JsonSettings['encodeInvalid'];
      if (settings.encodeInvalid === 'null') pushLatin1(state, 'null');
      else lua.lua_pushboolean(state, settings.encodeInvalid === 'on');
      return 1;
    },
    encode_sparse_array(state) {
      expect(state, 3);
      setSwitch(state, 1, settings, 'converts');
      setNumber(state, 2, settings, 'ratio', [0, INT_MAX]);
      setNumber(state, 3, settings, 'safe', [0, INT_MAX]);
      return 3;
    },
    new(state) {
      lua.lua_newtable(state);
      addJson(state, defaultJsonSettings());
      return 1;
    },
  };
}

/** Adds the library to the table at the top of the stack. */
export function addJson(state: LuaState, settings: JsonSettings): void {
  for (const [name, run] of Object.entries(functions(settings))) {
    lua.lua_pushjsfunction(state, run);
    lua.lua_setfield(state, -2, luaText(name));
  }
  for (const [name, value] of [
    ['_NAME', 'cjson'],
    ['_VERSION', '2.1.0'],
  ] as const) {
    pushLatin1(state, value);
    lua.lua_setfield(state, -2, luaText(name));
  }
  lua.lua_pushlightuserdata(state, NULL);
  lua.lua_setfield(state, -2, luaText('null'));
}
