/**
 * Runs microtasks to quiescence from inside a synchronous loop, and keeps the process's own machinery out of a run.
 *
 * `process._tickCallback` does it on Node 20, 22, 24 and 26, in workers and under vitest. It is deprecated (DEP0134), so it is named in
 * this file alone and proved by `canDrain` before it is relied on; where it fails, a run yields to `setImmediate` turns instead.
 * Three cautions, all tried: inside a microtask it does nothing, so a run begins in a macrotask; a callback of
 * `process.nextTick` that throws in it aborts the process, so while a run lasts `process.nextTick` is the kernel's own queue; an
 * unhandled rejection is announced to `process` while it runs, so it is caught here and becomes a verdict. So is a warning, which would be
 * printed in each of thousands of runs.
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

/** Told of what the process would announce. */
export interface ProcessListener {
  onThrown(reason: unknown): void;
  onRejection(reason: unknown): void;
  onWarning(warning: Error): void;
}

/**
 * Takes the process's announcements, and `process.nextTick`, for the length of a run.
 * @returns what gives them back
 */
export function captureProcess(
  { onThrown, onRejection, onWarning }: ProcessListener,
  nextTick: (callback: (...values: unknown[]) => void, ...values: unknown[]) => void,
): () => void {
  const realNextTick = process.nextTick;
  const caught = [
    ['uncaughtException', onThrown],
    ['unhandledRejection', onRejection],
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
      for (const one of before) process.on(name, one);
    }
  };
}
