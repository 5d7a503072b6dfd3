/** The library `bit` for scripts: operations on 32-bit integers. */
import type { LuaState } from 'fengari';
import { lua } from './fengari.ts';
import { pushText } from './lua-values.ts';

const at = (state: LuaState, index: number): number => {
  const value = lua.lua_tonumber(state, index);
  return Number.isFinite(value) ? Number(BigInt.asIntN(32, BigInt(Math.round(value)))) : 0;
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

const swapped = (value: number): number =>
  (value >>> 24) | ((value >>> 8) & 0xff00) | ((value << 8) & 0xff0000) | (value << 24);

export const BITS: Readonly<Record<string, (state: LuaState) => number>> = {
  tobit: returns((state) => at(state, 1)),
  bnot: returns((state) => ~at(state, 1)),
  band: fold((left, right) => left & right),
  bor: fold((left, right) => left | right),
  bxor: fold((left, right) => left ^ right),
  lshift: returns((state) => at(state, 1) << (at(state, 2) & 31)),
  rshift: returns((state) => at(state, 1) >>> (at(state, 2) & 31)),
  arshift: returns((state) => at(state, 1) >> (at(state, 2) & 31)),
  rol: returns((state) => (at(state, 1) << (at(state, 2) & 31)) | (at(state, 1) >>> (-at(state, 2) & 31))),
  ror: returns((state) => (at(state, 1) >>> (at(state, 2) & 31)) | (at(state, 1) << (-at(state, 2) & 31))),
  bswap: returns((state) => swapped(at(state, 1))),
  tohex(state) {
    const digits = lua.lua_gettop(state) > 1 ? at(state, 2) : 8;
    const text = (at(state, 1) >>> 0).toString(16).padStart(8, '0').slice(-Math.abs(digits));
    pushText(state, digits < 0 ? text.toUpperCase() : text);
    return 1;
  },
};
