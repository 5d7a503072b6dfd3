/** The library `math` of Lua 5.1, apart from its random numbers. */
import type { LuaState } from 'fengari';
import { checkInt, checkNumber, type Library } from '../arguments.ts';
import { lua } from '../interpreter/fengari.ts';

type LuaFunction = (state: LuaState) => number;

const of =
  (compute: (value: number) => number): LuaFunction =>
  (state) => {
    lua.lua_pushnumber(state, compute(checkNumber(state, 1)));
    return 1;
  };

const ofTwo =
  (compute: (left: number, right: number) => number): LuaFunction =>
  (state) => {
    lua.lua_pushnumber(state, compute(checkNumber(state, 1), checkNumber(state, 2)));
    return 1;
  };

const extreme =
  (isBetter: (value: number, best: number) => boolean): LuaFunction =>
  (state) => {
    let best = checkNumber(state, 1);
    for (let index = 2; index <= lua.lua_gettop(state); index += 1) {
      const value = checkNumber(state, index);
      if (isBetter(value, best)) best = value;
    }
    lua.lua_pushnumber(state, best);
    return 1;
  };

const fmod = ofTwo((left, right) => left % right);

const parts = new DataView(new ArrayBuffer(8));

/** Returns the fraction, from 0.5 to 1, and the exponent of 2. */
function frexp(value: number): readonly [fraction: number, exponent: number] {
  if (value === 0 || !Number.isFinite(value)) return [value, 0];
  parts.setFloat64(0, value);
  const exponent = (parts.getUint32(0) >>> 20) & 0x7ff;
  if (exponent === 0) {
    const [fraction, more] = frexp(value * 2 ** 64);
    return [fraction, more - 64];
  }
  parts.setUint32(0, (parts.getUint32(0) & 0x800fffff) | (1022 << 20));
  return [parts.getFloat64(0), exponent - 1022];
}

/** Multiplies in two steps, as a power of 2 alone may overflow. */
function ldexp(fraction: number, exponent: number): number {
  if (fraction === 0) return fraction;
  const limited = Math.max(-2200, Math.min(2200, exponent));
  const half = Math.trunc(limited / 2);
  return fraction * 2 ** half * 2 ** (limited - half);
}

const RADIANS_PER_DEGREE = Math.PI / 180;

export const MATHEMATICS: Library = {
  abs: of(Math.abs),
  acos: of(Math.acos),
  asin: of(Math.asin),
  atan: of(Math.atan),
  atan2: ofTwo(Math.atan2),
  ceil: of(Math.ceil),
  cos: of(Math.cos),
  cosh: of(Math.cosh),
  deg: of((value) => value / RADIANS_PER_DEGREE),
  exp: of(Math.exp),
  floor: of(Math.floor),
  fmod,
  frexp(state) {
    const [fraction, exponent] = frexp(checkNumber(state, 1));
    lua.lua_pushnumber(state, fraction);
    lua.lua_pushnumber(state, exponent);
    return 2;
  },
  ldexp(state) {
    lua.lua_pushnumber(state, ldexp(checkNumber(state, 1), checkInt(state, 2)));
    return 1;
  },
  log: of(Math.log),
  log10: of(Math.log10),
  max: extreme((value, best) => value > best),
  min: extreme((value, best) => value < best),
  mod: fmod,
  modf(state) {
    const value = checkNumber(state, 1);
    const whole = Math.trunc(value);
    lua.lua_pushnumber(state, whole);
    const fraction = Number.isFinite(value) ? Math.abs(value - whole) : Number.isNaN(value) ? value : 0;
    // The fraction has the sign of the number, also if it is 0.
    lua.lua_pushnumber(state, value < 0 || Object.is(value, -0) ? -fraction : fraction);
    return 2;
  },
  // In C, 1 to any power is 1, and so is -1 to an infinite one.
  pow: ofTwo((left, right) => (left === 1 || (left === -1 && Math.abs(right) === Infinity) ? 1 : left ** right)),
  rad: of((value) => value * RADIANS_PER_DEGREE),
  sin: of(Math.sin),
  sinh: of(Math.sinh),
  sqrt: of(Math.sqrt),
  tan: of(Math.tan),
  tanh: of(Math.tanh),
};

export const MATHEMATICAL_CONSTANTS: Readonly<Record<string, number>> = { huge: Infinity, pi: Math.PI };
