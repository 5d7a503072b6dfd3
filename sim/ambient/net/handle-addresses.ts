/** Addresses as a TCP handle takes them from `node:net`, and shows them to it. */
import type { SocketAddress } from '../../system/tcp.ts';
import { errorNumber } from './stream-base.ts';

/** The address that `bind` was given. */
export interface Bound {
  readonly address: string;
  readonly port: number;
  readonly isIPv6: boolean;
}

export interface ShownAddress {
  address?: string;
  port?: number;
  family?: string;
}

export const ANY_IPV6 = '::';
export const ANY_IPV4 = '0.0.0.0';

/** The simulated network knows IPv4 only. All addresses of a machine lead to it. */
export function asIPv4(address: string): string {
  if (address === ANY_IPV6) return ANY_IPV4;
  if (address === '::1') return '127.0.0.1';
  return address.replace(/^::ffff:/i, '');
}

/** Fills in an address for `getsockname` and `getpeername`; a socket of `::` shows it as IPv6. */
export function show(shown: ShownAddress, address: SocketAddress | undefined, isDualStack: boolean): number {
  if (address === undefined) return errorNumber('ENOTCONN');
  if (isDualStack) Object.assign(shown, { address: `::ffff:${address.address}`, family: 'IPv6' });
  else Object.assign(shown, { address: address.address, family: 'IPv4' });
  shown.port = address.port;
  return 0;
}
