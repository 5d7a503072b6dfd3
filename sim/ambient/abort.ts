/** `AbortSignal` as it is, but for `timeout()`, which waits on the host's timers. */
import type { AmbientHost } from '../system/image.ts';
import { ambientTag } from './ambient-tag.ts';

const { AbortController: NativeAbortController, AbortSignal: NativeAbortSignal } = globalThis;

export function createAbortSignal(host: AmbientHost): typeof AbortSignal {
  function timeout(delayMs: number): AbortSignal {
    if (typeof delayMs !== 'number') throw refusal(TypeError, 'ERR_INVALID_ARG_TYPE', delayMs);
    if (!Number.isInteger(delayMs) || delayMs < 0 || delayMs > ABORT_DELAY_MS_MAX)
      throw refusal(RangeError, 'ERR_OUT_OF_RANGE', delayMs);
    const controller = new NativeAbortController();
    host.startTimer(ambientTag(host, 'AbortSignal.timeout'), delayMs, () => {
      controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
    });
    return controller.signal;
  }

  return new Proxy(NativeAbortSignal, {
    get: (target, key) => (key === 'timeout' ? timeout : Reflect.get(target, key)),
  });
}

/** Node's limit for `AbortSignal.timeout`: an unsigned 32-bit integer. */
const ABORT_DELAY_MS_MAX = 2 ** 32 - 1;

function refusal(kind: ErrorConstructor, code: string, delayMs: unknown): Error {
  const error = new kind(
    `The "delay" argument must be an integer from 0 to ${ABORT_DELAY_MS_MAX}. Received ${String(delayMs)}`,
  );
  return Object.assign(error, { code });
}
