/**
 * `math.random` of scripts: drawn from the seed of the run, until a script seeds it. Then it is the generator `drand48` as in Redis, so that the same
 * seed gives the same numbers.
 */
import type { LuaState } from 'fengari';
import { lua } from './fengari.ts';

const MASK = (1n << 48n) - 1n;
const FACTOR = 0x5deece66dn;
const STEP = 11n;
const LOW = 0x330en;
const MAX = 2 ** 31 - 1;

export class LuaRandom {
  /** Null while no script has seeded it. */
  #state: bigint | null = null;
  #fraction: () => number = () => 0;

  /** A script begins: what the one before it has seeded is forgotten. */
  begin(fraction: () => number): void {
    this.#state = null;
    this.#fraction = fraction;
  }

  readonly functions = {
    random: (state: LuaState): number => {
      const fraction = this.#next();
      const count = lua.lua_gettop(state);
      const low = count < 2 ? 1 : lua.lua_tonumber(state, 1);
      const high = count === 0 ? 0 : lua.lua_tonumber(state, count);
      lua.lua_pushnumber(state, count === 0 ? fraction : Math.floor(fraction * (high - low + 1)) + low);
      return 1;
    },
    randomseed: (state: LuaState): number => {
      const seed = BigInt.asUintN(32, BigInt(Math.trunc(lua.lua_tonumber(state, 1))));
      this.#state = (seed << 16n) | LOW;
      return 0;
    },
  };

  #next(): number {
    if (this.#state === null) return this.#fraction();
    this.#state = (this.#state * FACTOR + STEP) & MASK;
    return (Number(this.#state >> 17n) % MAX) / MAX;
  }
}
