/**
 * Runs microtasks to quiescence from inside a synchronous loop, and keeps the process's own
 * machinery out of a run.
 *
 * `process._tickCallback` does it on Node 20, 22, 24 and 26, in workers and under vitest. It is
 * deprecated (DEP0134), so only this file names it, and `canDrain` tests it first. Where it fails,
 * a run yields to turns of `setImmediate` instead. Four cautions, all tested:
 *
 * - Inside a microtask it does nothing, so a run begins in a macrotask.
 * - A callback of `process.nextTick` that throws in it aborts the process. So during a run,
 *   `process.nextTick` is the kernel's own queue.
 * - Node reports an unhandled rejection to `process` during it. It is caught here and becomes a
 *   verdict.
 * - Node reports a warning to `process` too. It is caught here because it would be printed in each
 *   of thousands of runs.
 */

type TickCallback = () => void;

const tickCallback = (process as unknown as { _tickCallback?: TickCallback })._tickCallback;
const realSetImmediate = setImmediate;

/** Runs all microtasks. Must be called in a macrotask. */
export function drainMicrotasks(): void {
  (tickCallback as TickCallback).call(process);
}

/** Whether `drainMicrotasks` works here. Must be called in a macrotask. */
export function canDrain(): boolean {
  if (typeof tickCallback !== 'function') return false;
  let reached = 0;
  void Promise.resolve()
    .then(() => {
      reached += 1;
    })
    .then(() => {
      reached += 1;
    });
  drainMicrotasks();
  return reached === 2;
}

export function inMacrotask(callback: () => void): void {
  realSetImmediate(callback);
}

/** Resolves in a new macrotask. Code that awaits it continues in a microtask of that macrotask. */
export function macrotask(): Promise<void> {
  return new Promise(inMacrotask);
}

/** Receives what Node would report to the process. */
export interface ProcessListener {
  onThrown(reason: unknown): void;
  onRejection(reason: unknown, promise: unknown): void;
  /** A promise that was reported has been handled since. */
  onRejectionHandled(promise: unknown): void;
  onWarning(warning: Error): void;
}

/**
 * Redirects the process's reports, and `process.nextTick`, for the duration of a run.
 * @returns a function that restores them
 */
export function captureProcess(
  { onThrown, onRejection, onRejectionHandled, onWarning }: ProcessListener,
  nextTick: (callback: (...values: unknown[]) => void, ...values: unknown[]) => void,
): () => void {
  const realNextTick = process.nextTick;
  const caught = [
    ['uncaughtException', onThrown],
    ['unhandledRejection', onRejection],
    ['rejectionHandled', onRejectionHandled],
    ['warning', onWarning],
  ] as const;
  const others = caught.map(([name, listener]) => {
    const before = process.rawListeners(name) as TickCallback[];
    process.removeAllListeners(name);
    process.on(name, listener);
    return { name, listener, before };
  });
  process.nextTick = nextTick as typeof process.nextTick;
  return () => {
    process.nextTick = realNextTick;
    for (const { name, listener, before } of others) {
      process.off(name, listener);
      for (const other of before) process.on(name, other);
    }
  };
}
