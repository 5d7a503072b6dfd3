import type { KeyObject } from 'node:crypto';
import jsonwebtoken from 'jsonwebtoken';
import type { Role } from './protocol.ts';

export interface NewToken {
  readonly tokenId: string;
  readonly user: string;
  readonly role: Role;
  /** Without them, all symbols. */
  readonly symbols?: readonly string[] | undefined;
  readonly issuer: string;
  readonly audience: string;
  /** Wall time, rounded down to seconds. */
  readonly issuedAtMs: number;
  /** Wall time, rounded down to seconds. */
  readonly expiresAtMs: number;
}

/** Signs a token (HS256). */
export function signToken(key: KeyObject, token: NewToken): string {
  const { tokenId, user, role, symbols, issuer, audience, issuedAtMs, expiresAtMs } = token;
  const seconds = (ms: number): number => Math.floor(ms / 1000);
  const payload = {
    jti: tokenId,
    iss: issuer,
    aud: audience,
    sub: user,
    role,
    ...(symbols === undefined ? {} : { symbols }),
    // Without `iat` the library would read the clock of the process.
    iat: Math.max(1, seconds(issuedAtMs)),
    exp: seconds(expiresAtMs),
  };
  return jsonwebtoken.sign(payload, key, { algorithm: 'HS256' });
}
