/** Errors and rejections that a process has not caught: the events with which Node reports them. */
import type { ProcessState } from '../../system/process-state.ts';
import { nodeError } from './node-error.ts';

/** Emits the events for an uncaught error. Returns whether a listener took it. */
export function emitUncaught(state: ProcessState, error: unknown, origin = 'uncaughtException'): boolean {
  const { object, onUncaught } = state;
  if (object === null) return false;
  object.emit('uncaughtExceptionMonitor', error, origin);
  if (onUncaught === null) return object.emit('uncaughtException', error, origin);
  onUncaught(error);
  return true;
}

/** Emits the events for a rejection that no code handled. Returns whether a listener took it. */
export function emitRejection(state: ProcessState, reason: unknown, promise: unknown): boolean {
  if (state.object === null) return false;
  if (state.object.emit('unhandledRejection', reason, promise)) return true;
  return emitUncaught(state, reason instanceof Error ? reason : unhandledRejection(reason), 'unhandledRejection');
}

function unhandledRejection(reason: unknown): Error {
  const text =
    'This error originated either by throwing inside of an async function without a catch block, or by ' +
    `rejecting a promise which was not handled with .catch(). The promise rejected with the reason "${String(reason)}".`;
  return nodeError(Error, 'ERR_UNHANDLED_REJECTION', text);
}
