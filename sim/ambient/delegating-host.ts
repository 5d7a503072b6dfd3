/**
 * Hosts for code that is evaluated once and outlives single runs: packages and scenarios. They ask,
 * at each use, whoever runs now; while nobody runs, which is while they are being loaded, a fixed
 * host answers.
 */
import type { AmbientHost } from '../system/image.ts';
import { EscapeError } from './guard.ts';

/** 2020-01-01T00:00:00Z: what packages find the time to be while they are loaded. */
const LOADED_AT_MS = 1_577_836_800_000;

/** `current` answers null while nobody runs. */
export function createDelegatingHost(current: () => AmbientHost | null, fallback: AmbientHost): AmbientHost {
  const now = (): AmbientHost => current() ?? fallback;
  return {
    get who() {
      return now().who;
    },
    get owner() {
      return now().owner;
    },
    get detailed() {
      return now().detailed;
    },
    monotonicMs: () => now().monotonicMs(),
    wallMs: () => now().wallMs(),
    startTimer: (tag, delayMs, fire) => now().startTimer(tag, delayMs, fire),
    startImmediate: (tag, run) => now().startImmediate(tag, run),
    fraction: (label) => now().fraction(label),
    nextTick: (callback) => now().nextTick(callback),
    connectToRedis: () => now().connectToRedis(),
    escaped: (way) => now().escaped(way),
    tableConflict: (conflict) => now().tableConflict(conflict),
    print: (text) => now().print(text),
  };
}

/**
 * Answers while code is loaded: time stands still and randomness is one fixed stream. Timers and
 * ticks are refused, since they would belong to no process: a package that starts one when it is
 * loaded has to be evaluated for each process.
 */
export function createLoadingHost(who: string): AmbientHost {
  let state = 0x9e37_79b9;
  const refuse = (way: string): never => {
    throw new EscapeError(who, `${way} while being loaded`);
  };
  return {
    who,
    owner: {},
    detailed: false,
    monotonicMs: () => 0,
    wallMs: () => LOADED_AT_MS,
    startTimer: (tag) => refuse(tag.label),
    startImmediate: (tag) => refuse(tag.label),
    // xorshift32, Marsaglia 2003.
    fraction: () => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return (state >>> 0) / 2 ** 32;
    },
    nextTick: () => refuse('process.nextTick'),
    connectToRedis: () => null,
    escaped: () => {},
    tableConflict: () => {},
    print: () => {},
  };
}
