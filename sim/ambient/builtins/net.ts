/**
 * `node:net`. Every connection leads to the one Redis that all nodes share, because nothing else is
 * simulated that a system could connect to.
 */
import type { AmbientHost } from '../../system/image.ts';
import type { Guard } from '../guard.ts';
import { moduleProxy, type ModuleExports } from './module-proxy.ts';

/** Connecting throws on a host without Redis, and so do all other functions of the module. */
export function createNetModule(host: AmbientHost, guard: Guard, real: ModuleExports): ModuleExports {
  const connect =
    (name: string) =>
    (...parameters: unknown[]): unknown => {
      const socket = host.connectToRedis();
      if (socket === null) return guard.refuse(`node:net ${name}`);
      const onConnect = parameters.find((parameter) => typeof parameter === 'function');
      if (onConnect !== undefined) socket.once('connect', onConnect as () => void);
      return socket;
    };
  const replaced = { connect: connect('connect'), createConnection: connect('createConnection') };
  return moduleProxy('node:net', real, guard, replaced, ['isIP', 'isIPv4', 'isIPv6']);
}
