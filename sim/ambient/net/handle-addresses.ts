/** Addresses as a TCP handle takes them from `node:net`, and shows them to it. */
import { isIPv6 } from 'node:net';
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

const MAPPED = /^::ffff:/i;

/** Whether it is an address of IPv4 in the form of IPv6. */
export function isMapped(address: string): boolean {
  return MAPPED.test(address);
}

/** The simulated network has IPv4 between machines, and the loopback of IPv6 within each. */
export function networkAddress(address: string): string {
  return address.replace(MAPPED, '');
}

/**
 * Fills in an address for `getsockname` and `getpeername`. A socket of IPv6, such as one of `::`,
 * shows an address of IPv4 in the form of IPv6.
 */
export function show(shown: ShownAddress, address: SocketAddress | undefined, isDualStack: boolean): number {
  if (address === undefined) return errorNumber('ENOTCONN');
  if (isIPv6(address.address)) Object.assign(shown, { address: address.address, family: 'IPv6' });
  else if (isDualStack) Object.assign(shown, { address: `::ffff:${address.address}`, family: 'IPv6' });
  else Object.assign(shown, { address: address.address, family: 'IPv4' });
  shown.port = address.port;
  return 0;
}
