/**
 * `AbortSignal` as it is, but for `timeout()`, which waits on the host's timers, and
 * `AbortController`. The host sees each signal that can still be aborted.
 */
import type { AmbientHost } from '../system/image.ts';
import { ambientTag } from './ambient-tag.ts';

const { AbortController: NativeAbortController, AbortSignal: NativeAbortSignal } = globalThis;

export function createAbortSignal(host: AmbientHost): typeof AbortSignal {
  function timeout(delayMs: number): AbortSignal {
    if (typeof delayMs !== 'number') throw refusal(TypeError, 'ERR_INVALID_ARG_TYPE', delayMs);
    if (!Number.isInteger(delayMs) || delayMs < 0 || delayMs > ABORT_DELAY_MS_MAX)
      throw refusal(RangeError, 'ERR_OUT_OF_RANGE', delayMs);
    const controller = new NativeAbortController();
    host.signalCreated(controller.signal);
    host.startTimer(ambientTag(host, 'AbortSignal.timeout'), delayMs, () => {
      controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
    });
    return controller.signal;
  }

  function any(...parameters: Parameters<typeof AbortSignal.any>): AbortSignal {
    const signal = NativeAbortSignal.any(...parameters);
    host.signalCreated(signal);
    return signal;
  }

  const replaced = new Map<string | symbol, unknown>([
    ['timeout', timeout],
    ['any', any],
  ]);
  return new Proxy(NativeAbortSignal, {
    get: (target, key) => replaced.get(key) ?? Reflect.get(target, key),
  });
}

export function createAbortController(host: AmbientHost): typeof AbortController {
  return new Proxy(NativeAbortController, {
    construct(target, parameters, newTarget) {
      const controller = Reflect.construct(target, parameters, newTarget) as AbortController;
      host.signalCreated(controller.signal);
      return controller;
    },
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
