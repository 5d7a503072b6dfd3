/**
 * A watchdog for code that runs in this thread outside of a run, such as a scenario that is loaded.
 * Without it, a module that never ends would block the process silently.
 *
 * `node:vm` can stop a script, and the functions that it calls, from another thread. So a script of
 * one line makes the call.
 */
import { Script } from 'node:vm';

export class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
}

const home = new Script('globalThis');
const CALL = Symbol.for('seedstorm.call');
const script = new Script(`globalThis[Symbol.for(${JSON.stringify(CALL.description)})]()`);

/**
 * Calls `act`. Throws TimeoutError if it has not ended after `limitMs`. Microtasks are not watched.
 */
export function withTimeout<Result>(limitMs: number, act: () => Result): Result {
  // Under vitest's vmThreads, this module's global object differs from that of a script.
  const global = home.runInThisContext() as { [CALL]?: (() => Result) | undefined };
  const outer = global[CALL];
  global[CALL] = act;
  try {
    return script.runInThisContext({ timeout: Math.max(1, Math.ceil(limitMs)) }) as Result;
  } catch (error) {
    if ((error as { code?: unknown } | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
      throw new TimeoutError('too slow');
    throw error;
  } finally {
    global[CALL] = outer;
  }
}
