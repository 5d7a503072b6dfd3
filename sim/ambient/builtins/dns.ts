/**
 * `node:dns` and `node:dns/promises`. `lookup` knows the names of the simulated network and fails
 * for all others with ENOTFOUND. All other functions throw.
 */
import type { AmbientHost } from '../../system/image.ts';
import type { TcpStack } from '../../system/tcp.ts';
import type { Guard } from '../guard.ts';
import { addressesOf, lookup } from '../net/lookup.ts';
import { moduleProxy, type ModuleExports } from './module-proxy.ts';

interface LookupOptions {
  readonly all?: boolean;
}

function promisedLookup(stack: () => TcpStack) {
  // Async: an unknown name rejects.
  return (name: string, options: LookupOptions = {}) =>
    Promise.resolve().then(() => {
      const found = addressesOf(stack(), name);
      return options.all === true ? found : found[0];
    });
}

export function createDnsPromisesModule(guard: Guard, real: ModuleExports, stack: () => TcpStack): ModuleExports {
  return moduleProxy('node:dns/promises', real, guard, { lookup: promisedLookup(stack) }, []);
}

export function createDnsModule(
  host: AmbientHost,
  guard: Guard,
  real: ModuleExports,
  stack: () => TcpStack,
): ModuleExports {
  const promises = guard.refusingInside('node:dns promises', real['promises']) as ModuleExports;
  promises['lookup'] = promisedLookup(stack);
  return moduleProxy('node:dns', real, guard, { lookup: lookup(stack, host), promises }, []);
}
