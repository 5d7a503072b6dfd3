/**
 * `node:async_hooks`: contexts work, also across virtual timers; hooks and ids are refused, since
 * ids count everything that the process ever did.
 */
import type { Guard } from '../guard.ts';
import type { AsyncContextUse } from '../timers.ts';
import { moduleProxy, type ModuleExports } from './module-proxy.ts';

export function createAsyncHooksModule(guard: Guard, real: ModuleExports, context: AsyncContextUse): ModuleExports {
  const { AsyncLocalStorage: Storage } = real as { AsyncLocalStorage: new () => object };
  const watched = new Proxy(Storage, {
    construct(target, parameters, newTarget: new () => object) {
      // Binding every timer costs; it is done only from the first storage on.
      context.used = true;
      return Reflect.construct(target, parameters, newTarget) as object;
    },
  });
  return moduleProxy('node:async_hooks', real, guard, { AsyncLocalStorage: watched }, [
    'AsyncResource',
    'asyncWrapProviders',
  ]);
}
