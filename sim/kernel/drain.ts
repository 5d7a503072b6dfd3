/**
 * Runs microtasks to quiescence from inside a synchronous loop, and keeps the process's own machinery out of a run.
 *
 * `process._tickCallback` does it on Node 20, 22 and 24, in workers and under vitest. It is deprecated (DEP0134), so it is named in
 * this file alone and proved by `canDrain` before it is relied on; where it fails, a run yields to `setImmediate` turns instead.
 * Three cautions, all tried: inside a microtask it does nothing, so a run begins in a macrotask; a callback of
 * `process.nextTick` that throws in it aborts the process, so while a run lasts `process.nextTick` is the kernel's own queue; an
 * unhandled rejection is announced to `process` while it runs, so it is caught here and becomes a verdict.
 */

type TickCallback = () => void;

const tickCallback = (process as unknown as { _tickCallback?: TickCallback })._tickCallback;
const realSetImmediate = setImmediate;

/** Runs all microtasks. Only in a macrotask. */
export function drainMicrotasks(): void {
  (tickCallback as TickCallback).call(process);
}

/** Whether `drainMicrotasks` works here. To be called in a macrotask. */
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

/** Resolves in a macrotask of its own; what awaits it goes on in a microtask of that. */
export function macrotask(): Promise<void> {
  return new Promise(inMacrotask);
}

const CAUGHT = ['unhandledRejection', 'uncaughtException'] as const;

/**
 * Takes the process's announcements of failures, and `process.nextTick`, for the length of a run.
 * @returns what gives them back
 */
export function captureProcess(
  onFailure: (reason: unknown) => void,
  nextTick: (callback: (...values: unknown[]) => void, ...values: unknown[]) => void,
): () => void {
  const realNextTick = process.nextTick;
  const others = CAUGHT.map((name) => ({ name, listeners: process.rawListeners(name) as TickCallback[] }));
  for (const { name } of others) {
    process.removeAllListeners(name);
    process.on(name, onFailure);
  }
  process.nextTick = nextTick as typeof process.nextTick;
  return () => {
    process.nextTick = realNextTick;
    for (const { name, listeners } of others) {
      process.off(name, onFailure);
      for (const listener of listeners) process.on(name, listener);
    }
  };
}
