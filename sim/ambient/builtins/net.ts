/** `node:net`: whoever opens a connection is connected to the one Redis that all nodes share, since there is nothing else to connect to. */
import type { ShadowHost } from '../../system/image.ts';
import type { Guard } from '../guard.ts';
import { frontOf, type ModuleExports } from './module-proxy.ts';

/** A host without a Redis refuses, as everything else of this module does. */
export function createNetModule(host: ShadowHost, guard: Guard, real: ModuleExports): ModuleExports {
  const connect =
    (name: string) =>
    (...parameters: unknown[]): unknown => {
      const socket = host.dial();
      if (socket === null) return guard.refuse(`node:net ${name}`);
      const onConnect = parameters.find((parameter) => typeof parameter === 'function');
      if (onConnect !== undefined) socket.once('connect', onConnect as () => void);
      return socket;
    };
  const replaced = { connect: connect('connect'), createConnection: connect('createConnection') };
  return frontOf('node:net', real, guard, replaced, ['isIP', 'isIPv4', 'isIPv6']);
}
