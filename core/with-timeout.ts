import type { Clock, WorkTag } from './ports.ts';

/**
 * `settled` when `work` resolves within `timeoutMs`, `late` when it does not or `signal` aborts first; rejects as `work` does.
 * What `work` does afterwards is ignored, a rejection too. No timer is left behind.
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
