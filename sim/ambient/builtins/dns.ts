/**
 * `node:dns` and `node:dns/promises`. `lookup` resolves every name to one address, because every
 * connection leads to Redis. All other functions throw.
 */
import type { Guard } from '../guard.ts';
import { moduleProxy, type ModuleExports } from './module-proxy.ts';

const ADDRESS = { address: '127.0.0.1', family: 4 };

interface LookupOptions {
  readonly all?: boolean;
}

export function createDnsPromisesModule(guard: Guard, real: ModuleExports): ModuleExports {
  const lookup = (_name: string, options: LookupOptions = {}) =>
    Promise.resolve(options.all === true ? [ADDRESS] : ADDRESS);
  return moduleProxy('node:dns/promises', real, guard, { lookup }, []);
}

export function createDnsModule(
  guard: Guard,
  real: ModuleExports,
  nextTick: (callback: () => void) => void,
): ModuleExports {
  const lookup = (_name: string, ...rest: unknown[]): void => {
    const callback = rest.at(-1) as (error: null, ...found: unknown[]) => void;
    const isForAll = (rest[0] as LookupOptions | undefined)?.all === true;
    nextTick(() => (isForAll ? callback(null, [ADDRESS]) : callback(null, ADDRESS.address, ADDRESS.family)));
  };
  const promises = guard.refusingInside('node:dns promises', real['promises']) as ModuleExports;
  promises['lookup'] = createDnsPromisesModule(guard, real['promises'] as ModuleExports)['lookup'];
  return moduleProxy('node:dns', real, guard, { lookup, promises }, []);
}
