/**
 * `node:async_hooks`: contexts work, across virtual timers too. Hooks and ids throw, because ids
 * count everything that the real process has ever done.
 */
import type { Guard } from '../guard.ts';
import type { AsyncContextUse } from '../timers.ts';
import { moduleProxy, type ModuleExports } from './module-proxy.ts';

export function createAsyncHooksModule(guard: Guard, real: ModuleExports, context: AsyncContextUse): ModuleExports {
  const { AsyncLocalStorage: Storage } = real as { AsyncLocalStorage: new () => object };
  const watched = new Proxy(Storage, {
    construct(target, parameters, newTarget: new () => object) {
      // Binding every timer is expensive, so it begins with the first storage.
      context.used = true;
      return Reflect.construct(target, parameters, newTarget) as object;
    },
  });
  return moduleProxy('node:async_hooks', real, guard, { AsyncLocalStorage: watched }, [
    'AsyncResource',
    'asyncWrapProviders',
  ]);
}
