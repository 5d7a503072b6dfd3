/** The addresses of the simulated network. They follow from names and not from an order. */
import { hashText } from '../../kernel/hash.ts';

export const LOOPBACK = '127.0.0.1';
/** The only address of IPv6 that a machine has. */
export const LOOPBACK_IPV6 = '::1';
export const ANY = '0.0.0.0';
/** Includes `ANY`. */
export const ANY_IPV6 = '::';
export const REDIS_ADDRESS = { address: '10.2.0.1', port: 6379 } as const;

export function isLoopback(address: string): boolean {
  return address === LOOPBACK || address === LOOPBACK_IPV6;
}

/** 10.0.0.1 for node-1; for a client an address of 10.64.0.0/10. */
export function addressOf(name: string): string {
  const [, number] = /^node-(\d+)$/.exec(name) ?? [];
  if (number !== undefined) return `10.0.${Number(number) >> 8}.${Number(number) & 255}`;
  const hash = hashText(name);
  return `10.${64 + ((hash >>> 16) & 63)}.${(hash >>> 8) & 255}.${hash & 255}`;
}
