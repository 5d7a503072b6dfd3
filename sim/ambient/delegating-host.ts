/**
 * Hosts for code that is evaluated once and outlives runs: packages and scenarios. Each use is
 * delegated to the host of the process that runs then. While the code is loaded no process runs,
 * and a loading host answers.
 */
import type { AmbientHost } from '../system/image.ts';
import { ProcessState } from '../system/process-state.ts';
import type { EscapedFrom } from './escape-advice.ts';
import { EscapeError } from './guard.ts';

/** 2020-01-01T00:00:00Z: wall time while packages are loaded. */
const LOADED_AT_MS = 1_577_836_800_000;

/** The end of what is refused because it would belong to a process. */
export const WHILE_LOADED = ' while being loaded';

/** `current` returns null while no process runs; `fallback` answers then. */
export function createDelegatingHost(current: () => AmbientHost | null, fallback: AmbientHost): AmbientHost {
  const now = (): AmbientHost => current() ?? fallback;
  return {
    get who() {
      return now().who;
    },
    get isOutside() {
      return now().isOutside ?? false;
    },
    get owner() {
      return now().owner;
    },
    get network() {
      return now().network;
    },
    get state() {
      return now().state;
    },
    get browser() {
      return now().browser ?? null;
    },
    get recordCount() {
      return now().recordCount;
    },
    get detailed() {
      return now().detailed;
    },
    connectionOfStep: () => now().connectionOfStep(),
    placeOfCaller: () => now().placeOfCaller(),
    monotonicMs: () => now().monotonicMs(),
    wallMs: () => now().wallMs(),
    startTimer: (tag, delayMs, fire) => now().startTimer(tag, delayMs, fire),
    startImmediate: (tag, run) => now().startImmediate(tag, run),
    reference: () => now().reference(),
    fraction: (label) => now().fraction(label),
    nextTick: (callback) => now().nextTick(callback),
    escaped: (way) => now().escaped(way),
    tableConflict: (conflict) => now().tableConflict(conflict),
    signalCreated: (signal) => now().signalCreated(signal),
    warned: (warning) => now().warned(warning),
    print: (text) => now().print(text),
    output: (stream, text) => now().output(stream, text),
  };
}

/**
 * Answers while code is loaded: time does not move, and randomness is one fixed stream. Timers,
 * ticks and changes of the environment throw an EscapeError, because they would belong to no
 * process. A package that needs one while it is loaded has to be evaluated for each process.
 */
export function createLoadingHost(who: string, from: EscapedFrom = 'system'): AmbientHost {
  let state = 0x9e37_79b9;
  const refuse = (way: string): never => {
    throw new EscapeError(who, way + WHILE_LOADED, from);
  };
  const processState = new ProcessState();
  processState.isLoading = true;
  processState.env = new Proxy({}, { set: () => refuse('process.env set') });
  return {
    who,
    owner: {},
    state: processState,
    recordCount: 0,
    detailed: false,
    connectionOfStep: () => '',
    placeOfCaller: () => undefined,
    monotonicMs: () => 0,
    wallMs: () => LOADED_AT_MS,
    startTimer: (tag) => refuse(tag.label),
    startImmediate: (tag) => refuse(tag.label),
    reference: () => () => {},
    // xorshift32, Marsaglia 2003.
    fraction: () => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return (state >>> 0) / 2 ** 32;
    },
    nextTick: () => refuse('process.nextTick'),
    network: null,
    escaped: () => {},
    tableConflict: () => {},
    signalCreated: () => {},
    warned: () => {},
    print: () => {},
    output: () => {},
  };
}
