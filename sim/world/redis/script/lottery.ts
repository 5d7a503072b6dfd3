/**
 * `math.random` of scripts. In Redis every script draws the same numbers, from the generator `drand48` that begins anew with each; so it is
 * neither of the seed nor of the real world.
 */
import type { LuaState } from 'fengari';
import { lua } from './fengari.ts';

const MASK = (1n << 48n) - 1n;
const FACTOR = 0x5deece66dn;
const STEP = 11n;
const LOW = 0x330en;
const MAX = 2 ** 31 - 1;

export class Lottery {
  #state = LOW;

  /** A script begins. */
  begin(): void {
    this.#seed(0);
  }

  readonly functions = {
    random: (state: LuaState): number => {
      const fraction = (this.#next() % MAX) / MAX;
      const count = lua.lua_gettop(state);
      if (count === 0) lua.lua_pushnumber(state, fraction);
      else {
        const low = count === 1 ? 1 : lua.lua_tonumber(state, 1);
        const high = lua.lua_tonumber(state, count);
        lua.lua_pushnumber(state, Math.floor(fraction * (high - low + 1)) + low);
      }
      return 1;
    },
    randomseed: (state: LuaState): number => {
      this.#seed(lua.lua_tonumber(state, 1));
      return 0;
    },
  };

  #seed(value: number): void {
    this.#state = (BigInt.asUintN(32, BigInt(Math.trunc(value))) << 16n) | LOW;
  }

  #next(): number {
    this.#state = (this.#state * FACTOR + STEP) & MASK;
    return Number(this.#state >> 17n);
  }
}
