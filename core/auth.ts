import type { KeyObject } from 'node:crypto';
import { createSecretKey } from 'node:crypto';
import jsonwebtoken from 'jsonwebtoken';
import * as z from 'zod';
import type { Limits } from './limits.ts';
import { type Role, roles, userPattern } from './protocol.ts';

/** Valid identifiers of tokens. Administrators see them. */
export const tokenIdPattern = /^[A-Za-z0-9_.:-]{1,64}$/;

const claimsSchema = z.object({
  jti: z.string().regex(tokenIdPattern),
  sub: z.string().regex(userPattern),
  role: z.enum(roles),
  symbols: z.array(z.string().max(32)).optional(),
  iat: z.int().nonnegative(),
  exp: z.int().positive(),
});

/** Which tokens the gateway accepts, apart from their times. */
export interface TokenRules {
  /** The keys that a token may be signed with: the current one, then those before a rotation. */
  readonly keys: readonly KeyObject[];
  readonly issuer: string;
  readonly audience: string;
}

/** @param secrets the current one, then those before a rotation */
export function tokenRules(
  secrets: readonly string[],
  { issuer, audience }: Pick<TokenRules, 'issuer' | 'audience'>,
): TokenRules {
  return { keys: secrets.map(tokenKey), issuer, audience };
}

export interface Identity {
  readonly user: string;
  readonly role: Role;
  readonly tokenId: string;
  /** The symbols that it may subscribe to and comment on, or null for all. */
  readonly symbols: ReadonlySet<string> | null;
  /** Wall time. */
  readonly issuedAtMs: number;
  /** Wall time. */
  readonly expiresAtMs: number;
  /** Wall time from which the gateway no longer accepts the token: its expiry and the tolerance. */
  readonly endsAtMs: number;
}

/** Requests that need a permission are named like it. */
export const permissions = ['comment', 'announce', 'status', 'clients', 'disconnect', 'revoke'] as const;
export type Permission = (typeof permissions)[number];

const granted: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  viewer: new Set(),
  trader: new Set(['comment']),
  admin: new Set(permissions),
};

/** Whether `role` has a permission. Other requests need none. */
export function isAllowed(role: Role, permission: Permission): boolean {
  return granted[role].has(permission);
}

/**
 * The key that tokens are signed with. A KeyObject verifies many times faster than the secret as a
 * string.
 */
export function tokenKey(secret: string): KeyObject {
  return createSecretKey(Buffer.from(secret, 'utf8'));
}

/**
 * The identity in `token`, or null if the token is not valid at `wallMs`: algorithm other than
 * HS256, signature of another key, other issuer or audience, expired or not valid yet by more than
 * `clockToleranceMs`, a lifetime of more than `tokenLifetimeMaxMs`, or a missing claim.
 * Synchronous, because WebCrypto would finish on the thread pool.
 */
export function authenticate(
  token: string,
  { keys, issuer, audience }: TokenRules,
  { clockToleranceMs, tokenLifetimeMaxMs }: Pick<Limits, 'clockToleranceMs' | 'tokenLifetimeMaxMs'>,
  wallMs: number,
): Identity | null {
  const options = {
    algorithms: ['HS256' as const],
    issuer,
    audience,
    clockTolerance: clockToleranceMs / 1000,
    // The library treats 0 as absent and would read the clock of the process.
    clockTimestamp: Math.max(1, wallMs / 1000),
  };
  for (const key of keys) {
    const claims = claimsSchema.safeParse(verified(token, key, options));
    if (!claims.success) continue;
    const { sub: user, role, jti: tokenId, iat, exp } = claims.data;
    const symbols = claims.data.symbols === undefined ? null : new Set(claims.data.symbols);
    const [issuedAtMs, expiresAtMs] = [iat * 1000, exp * 1000];
    // The library does not compare `iat` with the time.
    if (issuedAtMs > wallMs + clockToleranceMs || expiresAtMs - issuedAtMs > tokenLifetimeMaxMs) return null;
    return { user, role, tokenId, symbols, issuedAtMs, expiresAtMs, endsAtMs: expiresAtMs + clockToleranceMs };
  }
  return null;
}

/** The claims of a token, or null. The library's errors are dropped: they may quote the token. */
function verified(token: string, key: KeyObject, options: jsonwebtoken.VerifyOptions): unknown {
  try {
    return jsonwebtoken.verify(token, key, options);
  } catch {
    return null;
  }
}
