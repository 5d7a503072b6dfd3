/** The library `bit` for scripts: operations on 32-bit integers. */
import type { LuaState } from 'fengari';
import { checkNumber, type Library, pushLatin1 } from '../arguments.ts';
import { lua } from '../interpreter/fengari.ts';

/** Added to a double, it leaves the rounded number in the lower bits. */
const SHIFT = 2 ** 52 + 2 ** 51;

const parts = new DataView(new ArrayBuffer(8));

const at = (state: LuaState, index: number): number => {
  parts.setFloat64(0, checkNumber(state, index) + SHIFT);
  return parts.getInt32(4);
};

const returns =
  (compute: (state: LuaState) => number) =>
  (state: LuaState): number => {
    lua.lua_pushnumber(state, compute(state) | 0);
    return 1;
  };

const fold = (join: (left: number, right: number) => number) =>
  returns((state) => {
    let value = at(state, 1);
    for (let index = 2; index <= lua.lua_gettop(state); index += 1) value = join(value, at(state, index));
    return value;
  });

const shifted = (shift: (value: number, count: number) => number) =>
  returns((state) => {
    const value = at(state, 1);
    return shift(value, at(state, 2) & 31);
  });

const swapped = (value: number): number =>
  (value >>> 24) | ((value >>> 8) & 0xff00) | ((value << 8) & 0xff0000) | (value << 24);

export const BITS: Library = {
  tobit: returns((state) => at(state, 1)),
  bnot: returns((state) => ~at(state, 1)),
  band: fold((left, right) => left & right),
  bor: fold((left, right) => left | right),
  bxor: fold((left, right) => left ^ right),
  lshift: shifted((value, count) => value << count),
  rshift: shifted((value, count) => value >>> count),
  arshift: shifted((value, count) => value >> count),
  rol: shifted((value, count) => (value << count) | (value >>> (-count & 31))),
  ror: shifted((value, count) => (value >>> count) | (value << (-count & 31))),
  bswap: returns((state) => swapped(at(state, 1))),
  tohex(state) {
    const value = at(state, 1);
    const digits = lua.lua_type(state, 2) === lua.LUA_TNONE ? 8 : at(state, 2);
    const count = Math.min(8, Math.abs(digits));
    const text = count === 0 ? '' : (value >>> 0).toString(16).padStart(8, '0').slice(-count);
    pushLatin1(state, digits < 0 ? text.toUpperCase() : text);
    return 1;
  },
};
