import type { Clock, WorkTag } from './ports.ts';

/**
 * Returns `settled` if `work` resolves within `timeoutMs`, `late` if it does not or `signal` aborts
 * first. Rejects if `work` rejects in time; later rejections are ignored. Leaves no timer behind.
 */
export function withTimeout(
  clock: Clock,
  tag: WorkTag,
  timeoutMs: number,
  work: Promise<unknown>,
  signal?: AbortSignal,
): Promise<'settled' | 'late'> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => {
      finish();
      resolve('late');
    };
    const finish = (): void => {
      timer.cancel();
      signal?.removeEventListener('abort', giveUp);
    };
    const timer = clock.startTimer(tag, timeoutMs, giveUp);
    if (signal?.aborted === true) giveUp();
    signal?.addEventListener('abort', giveUp, { once: true });
    work.then(
      () => {
        finish();
        resolve('settled');
      },
      (error: unknown) => {
        finish();
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
}
