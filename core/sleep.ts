import type { Clock, WorkTag } from './ports.ts';

/**
 * Resolves after at least `delayMs`, or as soon as `signal` aborts, which cancels the timer. Never
 * rejects: callers check the signal afterwards.
 */
export function sleep(clock: Clock, tag: WorkTag, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const onAbort = (): void => {
      timer.cancel();
      resolve();
    };
    const timer = clock.startTimer(tag, delayMs, () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
