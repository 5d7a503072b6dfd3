/** Names of hosts, as `dns.lookup` resolves them. */
import type { TcpStack } from '../../system/tcp.ts';
import type { AmbientHost } from '../../system/image.ts';
import dns from 'node:dns';
import { isIP } from 'node:net';

interface LookupOptions {
  readonly all?: boolean | undefined;
}

type LookupCallback = (error: Error | null, address?: unknown, family?: number) => void;

export type Lookup = (
  name: string,
  options: LookupOptions | number | LookupCallback | undefined,
  callback?: LookupCallback,
) => void;

/** The addresses of a name. Throws Node's error for one that is not known. */
export function addressesOf(stack: TcpStack, name: string): { address: string; family: number }[] {
  const family = isIP(name);
  if (family !== 0) return [{ address: name, family }];
  const address = stack.lookup(name);
  if (address !== null) return [{ address, family: 4 }];
  const error = new Error(`getaddrinfo ENOTFOUND ${name}`);
  throw Object.assign(error, { errno: -3008, code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname: name });
}

/** `dns.lookup`, which answers in a later event. */
export function lookup(stack: () => TcpStack, host: Pick<AmbientHost, 'reference'>): Lookup {
  return (name, options, callback) => {
    // Throws Node's error, and looks nothing up.
    if (typeof name !== 'string') return dns.lookup(name, {}, () => undefined);
    const answer = (typeof options === 'function' ? options : callback) as LookupCallback;
    const isForAll = typeof options === 'object' && options.all === true;
    const here = stack();
    const letGo = host.reference();
    here.schedule(0, () => {
      letGo();
      try {
        const found = addressesOf(here, name);
        if (isForAll) answer(null, found);
        else answer(null, found[0]?.address, found[0]?.family);
      } catch (error) {
        answer(error as Error);
      }
    });
  };
}
