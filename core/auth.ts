import type { KeyObject } from 'node:crypto';
import { createSecretKey } from 'node:crypto';
import jsonwebtoken from 'jsonwebtoken';
import { z } from 'zod';

export const roles = ['viewer', 'trader', 'admin'] as const;
export type Role = (typeof roles)[number];

/** What a user may be called. It is shown to other clients, so it can't hold markup. */
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

export type Permission = 'comment' | 'status';

const permissions: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  viewer: new Set(),
  trader: new Set(['comment']),
  admin: new Set(['comment', 'status']),
};

/** Whether `role` may do more than subscribe, which everybody may. */
export function isAllowed(role: Role, permission: Permission): boolean {
  return permissions[role].has(permission);
}

/** The key that tokens are signed with. A KeyObject verifies many times faster than the string it is made from. */
export function tokenKey(secret: string): KeyObject {
  return createSecretKey(Buffer.from(secret, 'utf8'));
}

/**
 * Who `token` says its bearer is, or null when it is not valid at `wallMs`: a wrong signature, another algorithm than HS256,
 * expired, or without the claims `sub`, `role` and `exp`. Synchronous: WebCrypto would finish on the thread pool.
 */
export function authenticate(token: string, key: KeyObject, wallMs: number): Identity | null {
  let payload: unknown;
  try {
    // A zero would make the library read the clock of the process.
    const clockTimestamp = Math.max(1, Math.floor(wallMs / 1000));
    payload = jsonwebtoken.verify(token, key, { algorithms: ['HS256'], clockTimestamp });
  } catch {
    return null;
  }
  const claims = claimsSchema.safeParse(payload);
  if (!claims.success) return null;
  return { user: claims.data.sub, role: claims.data.role, expiresAtMs: claims.data.exp * 1000 };
}
