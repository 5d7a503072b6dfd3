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

/** A call that a busy machine has slowed down may take this many times as long. */
const PATIENCE = 8;

/**
 * Calls `act`. Throws TimeoutError if it has not ended after `limitMs`. Microtasks are not watched.
 *
 * A call during which the process got less than a quarter of that as CPU time says nothing about
 * `act`: on a busy machine, code that ends soon may take that long. Then `act` is called again from
 * its beginning, with twice the time, up to `PATIENCE` times `limitMs`.
 */
export function withTimeout<Result>(limitMs: number, act: () => Result): Result {
  for (let times = 1; ; times *= 2) {
    const before = process.cpuUsage();
    try {
      return withinMs(limitMs * times, act);
    } catch (error) {
      const { user, system } = process.cpuUsage(before);
      const wasSlowedDown = (user + system) / 1000 < (limitMs * times) / 4;
      if (!(error instanceof TimeoutError && wasSlowedDown && times < PATIENCE)) throw error;
    }
  }
}

function withinMs<Result>(limitMs: number, act: () => Result): Result {
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
