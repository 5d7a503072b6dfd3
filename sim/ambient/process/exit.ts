/**
 * The end of a process: `exit`, `exitCode`, `abort` and `kill`, and the events `beforeExit` and
 * `exit`.
 *
 * Code of the process that has ended may still run to the end of its step, in a `finally` block or
 * a microtask. The host makes sure that none of it has an effect.
 */
import type { AmbientHost } from '../../system/image.ts';
import {
  ProcessEndedError,
  type ProcessControl,
  type ProcessExit,
  type ProcessState,
} from '../../system/process-state.ts';
import type { Guard } from '../guard.ts';
import { invalidType, nodeError, systemError } from './node-error.ts';
import { isSuspending, killedBy, signalName, signalNumber } from './signals.ts';

/** Node's exit code for a main module that waits for something that never comes. */
const UNSETTLED_AWAIT = 13;
const UNCAUGHT_ERROR = 1;

export interface ExitFunctions {
  exit(...codes: unknown[]): never;
  reallyExit(code?: unknown): never;
  abort(): never;
  kill(pid: unknown, signal?: unknown): true;
}

export function createExit(host: AmbientHost, guard: Guard): ExitFunctions {
  /** Code that is not in a process of a node has nothing to end. */
  function controlFor(name: string): ProcessControl {
    return host.state.control ?? guard.refuse(`process.${name}`);
  }

  return {
    exit(...codes) {
      controlFor('exit');
      const { state } = host;
      if (codes.length > 0) setExitCode(state, codes[0]);
      emitExit(state);
      // Packages replace this function to notice every exit.
      (state.object as unknown as ExitFunctions).reallyExit(exitCodeOf(state));
      throw new ProcessEndedError();
    },
    reallyExit(code) {
      return controlFor('reallyExit').end({ code: Number(code ?? 0) & 0xff, signal: null });
    },
    abort: () => controlFor('abort').end(killedBy('SIGABRT')),
    kill(pid, signal = 'SIGTERM') {
      // As in Node, which accepts a numeral.
      if (pid != (Number(pid) | 0)) throw invalidType('pid', 'number', pid);
      const name = typeof signal === 'number' ? signalName(signal) : String(signal || 'SIGTERM');
      if (signal !== 0 && (name === undefined || signalNumber(name) === undefined)) {
        if (typeof signal === 'number') throw systemError('kill', 'EINVAL', -22);
        throw nodeError(TypeError, 'ERR_UNKNOWN_SIGNAL', `Unknown signal: ${String(signal)}`);
      }
      const control = controlFor('kill');
      if (Number(pid) !== host.state.pid && Number(pid) !== 0) throw systemError('kill', 'ESRCH', -3);
      if (signal === 0 || name === undefined) return true;
      if (isSuspending(name)) guard.refuse(`process.kill with ${name}`);
      control.signal(name);
      return true;
    },
  };
}

/** Emits `exit` unless it was emitted before. */
export function emitExit(state: ProcessState): void {
  if (state.isExiting) return;
  state.isExiting = true;
  state.object?.emit('exit', exitCodeOf(state));
}

/** The process has nothing left to wait for. Its listeners may start something. */
export function emitBeforeExit(state: ProcessState): void {
  state.object?.emit('beforeExit', exitCodeOf(state));
}

/** Emits `exit` at the end of a process that was idle. */
export function emitIdleExit(state: ProcessState, isMainSettled: boolean): void {
  if (!isMainSettled) state.exitCode ??= UNSETTLED_AWAIT;
  emitExit(state);
}

/** Emits `exit` in a process that an uncaught error ends. */
export function emitErrorExit(state: ProcessState): void {
  if (!state.isExiting) state.exitCode = UNCAUGHT_ERROR;
  try {
    emitExit(state);
  } catch {
    // As in Node: the first error is the one that counts.
  }
}

/** How a process ends on its own. `code` is for a process that has set none. */
export function exitOf(state: ProcessState, code = 0): ProcessExit {
  return { code: (state.exitCode === undefined ? code : exitCodeOf(state)) & 0xff, signal: null };
}

export function exitCodeOf({ exitCode }: ProcessState): number {
  return Number(exitCode) || 0;
}

/** Throws for a value that is not an integer or the numeral of one, which becomes a number. */
export function setExitCode(state: ProcessState, code: unknown): void {
  if (code !== null && code !== undefined) {
    const number = typeof code === 'string' && code !== '' ? Number(code) : code;
    if (typeof number !== 'number' || (typeof code === 'string' && !Number.isInteger(number)))
      throw invalidType('code', 'number', code);
    if (!Number.isInteger(number)) {
      const text = `The value of "code" is out of range. It must be an integer. Received ${number}`;
      throw nodeError(RangeError, 'ERR_OUT_OF_RANGE', text);
    }
  }
  state.exitCode = typeof code === 'string' ? Number(code) : (code ?? undefined);
}
