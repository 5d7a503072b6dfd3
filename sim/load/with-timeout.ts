/**
 * A watchdog for code that runs in this thread outside of any run: a scenario that is being loaded.
 * A module that never ends would stop the process that reads it, and nobody could tell.
 *
 * `node:vm` can stop what it runs, and what that calls, from another thread; so the call is made by
 * a script of one line.
 */
import { Script } from 'node:vm';

export class TimeoutError extends Error {
  override readonly name = 'TimeUpError';
}

const home = new Script('globalThis');
const CALL = Symbol.for('seedstorm.call');
const script = new Script(`globalThis[Symbol.for(${JSON.stringify(CALL.description)})]()`);

/**
 * What `act` returns or throws; TimeUpError when it has not ended after `limitMs`. Microtasks are
 * not watched.
 */
export function withTimeout<Result>(limitMs: number, act: () => Result): Result {
  // Under vitest's vmThreads this module has another global object than a script of `node:vm`.
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
