/**
 * `math.random` for scripts. Values come from the seed of the run until a script calls
 * `math.randomseed`. After that they come from the generator `drand48` of POSIX, which Redis uses,
 * so the same seed gives the same numbers, also to later scripts.
 */
import type { LuaState } from 'fengari';
import { argumentError, checkInt, type Library, raise } from '../arguments.ts';
import { lua } from '../interpreter/fengari.ts';

const MASK = (1n << 48n) - 1n;
const FACTOR = 0x5deece66dn;
const STEP = 11n;
const LOW = 0x330en;
const MAX = 2 ** 31 - 1;

export class LuaRandom {
  /** Null until a script seeds it. */
  #state: bigint | null = null;
  fraction: () => number = () => 0;

  /** Forgets the seed that a script has given. */
  forget(): void {
    this.#state = null;
  }

  readonly functions: Library = {
    random: (state: LuaState): number => {
      const fraction = this.#next();
      lua.lua_pushnumber(state, scaled(state, fraction));
      return 1;
    },
    randomseed: (state: LuaState): number => {
      const seed = BigInt.asUintN(32, BigInt(checkInt(state, 1)));
      this.#state = (seed << 16n) | LOW;
      return 0;
    },
  };

  #next(): number {
    if (this.#state === null) return this.fraction();
    this.#state = (this.#state * FACTOR + STEP) & MASK;
    return (Number(this.#state >> 17n) % MAX) / MAX;
  }
}

function scaled(state: LuaState, fraction: number): number {
  switch (lua.lua_gettop(state)) {
    case 0:
      return fraction;
    case 1: {
      const high = checkInt(state, 1);
      if (high < 1) argumentError(state, 1, 'interval is empty');
      return Math.floor(fraction * high) + 1;
    }
    case 2: {
      const [low, high] = [checkInt(state, 1), checkInt(state, 2)];
      if (low > high) argumentError(state, 2, 'interval is empty');
      return Math.floor(fraction * (high - low + 1)) + low;
    }
    default:
      return raise(state, 'wrong number of arguments');
  }
}
