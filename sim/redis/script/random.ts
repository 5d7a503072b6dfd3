/**
 * `math.random` for scripts. Values come from the seed of the run until the script calls
 * `math.randomseed`. After that they come from the generator `drand48` of POSIX, which Redis uses,
 * so the same seed gives the same numbers.
 */
import type { LuaState } from 'fengari';
import { lua } from './fengari.ts';

const MASK = (1n << 48n) - 1n;
const FACTOR = 0x5deece66dn;
const STEP = 11n;
const LOW = 0x330en;
const MAX = 2 ** 31 - 1;

export class LuaRandom {
  /** Null until the script seeds it. */
  #state: bigint | null = null;
  #fraction: () => number = () => 0;

  /** Called when a script begins. Forgets the seed of the script before it. */
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
