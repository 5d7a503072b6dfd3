import type { KeyObject } from 'node:crypto';
import jsonwebtoken from 'jsonwebtoken';
import type { Role } from './protocol.ts';

/** Signs a token (HS256). Times are wall time in milliseconds, rounded down to seconds. */
export function signToken(
  key: KeyObject,
  claims: { readonly user: string; readonly role: Role; readonly issuedAtMs: number; readonly expiresAtMs: number },
): string {
  const seconds = (ms: number): number => Math.floor(ms / 1000);
  const { user, role, issuedAtMs, expiresAtMs } = claims;
  // Without `iat` the library would read the clock of the process.
  const payload = { sub: user, role, iat: Math.max(1, seconds(issuedAtMs)), exp: seconds(expiresAtMs) };
  return jsonwebtoken.sign(payload, key, { algorithm: 'HS256' });
}
