/** `node:timers/promises` over the host's timers. Aborts reject with Node's errors. */
import type { Timer } from '../system/types.ts';
import type { AmbientHost } from '../system/image.ts';
import { ambientTag } from './ambient-tag.ts';
import { warnOfLongDelay } from './process/warnings.ts';
import { nodeDelayMs } from './timer-delay.ts';

interface WaitOptions {
  readonly signal?: AbortSignal;
  readonly ref?: boolean;
}

export interface TimersPromises {
  setTimeout<T>(delayMs?: number, value?: T, options?: WaitOptions): Promise<T>;
  setImmediate<T>(value?: T, options?: WaitOptions): Promise<T>;
  setInterval<T>(delayMs?: number, value?: T, options?: WaitOptions): AsyncGenerator<T>;
  readonly scheduler: { wait(delayMs: number, options?: WaitOptions): Promise<void>; yield(): Promise<void> };
}

/** Starts a timer or an immediate that calls `run`. */
type Start = (run: () => void) => Timer;

export function createTimersPromises(host: AmbientHost): TimersPromises {
  const timer =
    (label: string, delayMs: unknown): Start =>
    (run) =>
      host.startTimer(
        ambientTag(host, label),
        nodeDelayMs(delayMs, (tooLong) => warnOfLongDelay(host, tooLong)),
        run,
      );
  const immediate: Start = (run) => host.startImmediate(ambientTag(host, 'setImmediate'), run);

  /** The function that ends the wait's reference to its process. */
  const hold = ({ ref = true }: WaitOptions): (() => void) => (ref ? host.reference() : () => undefined);

  function wait<T>(start: Start, value: T, options: WaitOptions = {}): Promise<T> {
    const { signal } = options;
    if (signal?.aborted) return Promise.reject(abortError(signal));
    return new Promise<T>((resolve, reject) => {
      const release = hold(options);
      const started = start(() => {
        release();
        signal?.removeEventListener('abort', abort);
        resolve(value);
      });
      const abort = (): void => {
        release();
        started.cancel();
        reject(abortError(signal));
      };
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  /** Ticks that come due while the reader is busy follow at once. */
  async function* interval<T>(delayMs?: number, value?: T, options: WaitOptions = {}): AsyncGenerator<T> {
    const { signal } = options;
    if (signal?.aborted) throw abortError(signal);
    const start = timer('setInterval', delayMs);
    let missed = 0;
    let wake = (): void => undefined;
    const tick = (): void => {
      missed += 1;
      started = start(tick);
      wake();
    };
    let started = start(tick);
    const release = hold(options);
    const abort = (): void => {
      started.cancel();
      wake();
    };
    signal?.addEventListener('abort', abort, { once: true });
    try {
      while (signal?.aborted !== true) {
        if (missed === 0) await new Promise<void>((resolve) => (wake = resolve));
        for (; missed > 0; missed -= 1) yield value as T;
      }
      throw abortError(signal);
    } finally {
      release();
      started.cancel();
      signal?.removeEventListener('abort', abort);
    }
  }

  return {
    setTimeout: <T>(delayMs?: number, value?: T, options?: WaitOptions) =>
      wait(timer('setTimeout', delayMs), value as T, options),
    setImmediate: <T>(value?: T, options?: WaitOptions) => wait(immediate, value as T, options),
    setInterval: interval,
    scheduler: {
      wait: (delayMs, options) => wait(timer('setTimeout', delayMs), undefined, options),
      yield: () => wait(immediate, undefined),
    },
  };
}

function abortError(signal: AbortSignal | undefined): Error {
  const error = new Error('The operation was aborted', { cause: signal?.reason });
  error.name = 'AbortError';
  return Object.assign(error, { code: 'ABORT_ERR' });
}
