/** `server.listen` with the name of a host, which Node resolves first. */
import net from 'node:net';
import type { TcpStack } from '../../system/tcp.ts';
import { addressesOf } from './lookup.ts';

const normalizeArguments = (
  net as unknown as { _normalizeArgs(parameters: unknown[]): [options: net.ListenOptions, callback: unknown] }
)._normalizeArgs;

/** Resolves the name in a later event. Only then the server listens. The port must be valid. */
export function listenByName(server: net.Server, parameters: unknown[], stack: () => TcpStack): void {
  const [options, callback] = normalizeArguments(parameters);
  const { host = '' } = options;
  if (typeof callback === 'function') server.once('listening', callback as () => void);
  const here = stack();
  here.schedule(0, () => {
    try {
      const [found] = addressesOf(here, host);
      Reflect.apply(net.Server.prototype.listen, server, [{ ...options, host: found?.address }]);
    } catch (error) {
      server.emit('error', error as Error);
    }
  });
}
