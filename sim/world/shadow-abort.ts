/** `AbortSignal` as it is, but for `timeout()`, which waits on the host's timers. */
import type { ShadowHost } from './image.ts';

const { AbortController: NativeAbortController, AbortSignal: NativeAbortSignal } = globalThis;

export function createAbortSignal(host: ShadowHost): typeof AbortSignal {
  function timeout(delayMs: number): AbortSignal {
    if (!(Number(delayMs) >= 0))
      throw new RangeError('AbortSignal.timeout: the delay must be a number of milliseconds, 0 or more');
    const controller = new NativeAbortController();
    host.startTimer({ label: 'AbortSignal.timeout', owner: 'ambient' }, Math.ceil(Number(delayMs)), () => {
      controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
    });
    return controller.signal;
  }

  return new Proxy(NativeAbortSignal, {
    get: (target, key) => (key === 'timeout' ? timeout : Reflect.get(target, key)),
  });
}
