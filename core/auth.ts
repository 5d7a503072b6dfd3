import type { KeyObject } from 'node:crypto';
import { createSecretKey } from 'node:crypto';
import jsonwebtoken from 'jsonwebtoken';
import { z } from 'zod';
import { type Role, roles } from './protocol.ts';

/** Valid user names. Other clients see them, so they contain no markup. */
export const userPattern = /^[A-Za-z0-9_.@-]{1,64}$/;

const claimsSchema = z.object({
  sub: z.string().regex(userPattern),
  role: z.enum(roles),
  exp: z.int().positive(),
});

export interface Identity {
  readonly user: string;
  readonly role: Role;
  /** Wall time. */
  readonly expiresAtMs: number;
}

/** Requests that need a permission are named like it. */
export const permissions = ['comment', 'status', 'clients', 'disconnect'] as const;
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
 * The identity in `token`, or null if the token is not valid at `wallMs`: wrong signature,
 * algorithm other than HS256, expired, or a missing claim `sub`, `role` or `exp`. Synchronous,
 * because WebCrypto would finish on the thread pool.
 */
export function authenticate(token: string, key: KeyObject, wallMs: number): Identity | null {
  let payload: unknown;
  try {
    // The library treats 0 as absent and would read the clock of the process.
    const clockTimestamp = Math.max(1, Math.floor(wallMs / 1000));
    payload = jsonwebtoken.verify(token, key, { algorithms: ['HS256'], clockTimestamp });
  } catch {
    return null;
  }
  const claims = claimsSchema.safeParse(payload);
  if (!claims.success) return null;
  return { user: claims.data.sub, role: claims.data.role, expiresAtMs: claims.data.exp * 1000 };
}
