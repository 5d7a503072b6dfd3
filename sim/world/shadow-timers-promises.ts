/** `node:timers/promises` over the host's timers, aborting with the reasons that Node gives. */
import type { ShadowHost } from './image.ts';

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

export function createTimersPromises(host: ShadowHost): TimersPromises {
  function wait<T>(label: string, delayMs: number, value: T, options: WaitOptions = {}): Promise<T> {
    const { signal } = options;
    if (signal?.aborted) return Promise.reject(abortError(signal));
    return new Promise<T>((resolve, reject) => {
      const timer = host.startTimer({ label, owner: 'ambient' }, delayMs, () => {
        signal?.removeEventListener('abort', abort);
        resolve(value);
      });
      const abort = (): void => {
        timer.cancel();
        reject(abortError(signal));
      };
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  async function* interval<T>(delayMs?: number, value?: T, options: WaitOptions = {}): AsyncGenerator<T> {
    while (true) yield await wait('setInterval', atLeastOneMs(delayMs), value as T, options);
  }

  return {
    setTimeout: <T>(delayMs?: number, value?: T, options?: WaitOptions) =>
      wait('setTimeout', atLeastOneMs(delayMs), value as T, options),
    setImmediate: <T>(value?: T, options?: WaitOptions) => wait('setImmediate', 0, value as T, options),
    setInterval: interval,
    scheduler: {
      wait: (delayMs, options) => wait('setTimeout', atLeastOneMs(delayMs), undefined, options),
      yield: () => wait('setImmediate', 0, undefined),
    },
  };
}

function atLeastOneMs(delayMs: unknown): number {
  const asked = Number(delayMs);
  return asked >= 1 ? Math.ceil(asked) : 1;
}

function abortError(signal: AbortSignal | undefined): Error {
  const error = new Error('The operation was aborted', { cause: signal?.reason });
  error.name = 'AbortError';
  return Object.assign(error, { code: 'ABORT_ERR' });
}
