/**
 * Tokens of actors, signed and read without the code of the gateway that they test. Their times are
 * hours away from the moment of their use, because clocks of nodes jump by minutes.
 */
import { createHmac } from 'node:crypto';
import { type Role, roles } from '../../core/protocol.ts';
import { gatewayConfiguration, simulatedLimits } from '../configuration.ts';

export interface TokenClaims {
  readonly jti: string;
  readonly iss: string;
  readonly aud: string;
  readonly sub: string;
  readonly role: Role;
  readonly symbols?: readonly string[];
  /** Seconds since 1970. */
  readonly iat: number;
  /** Seconds since 1970. */
  readonly exp: number;
  /** When its client signed it, in milliseconds since 1970. The gateway ignores it. */
  readonly at: number;
}

/** A token that the gateway has to accept. */
export interface ValidToken {
  readonly tokenId: string;
  readonly user: string;
  readonly role: Role;
  /** Those that it permits, or null for all. */
  readonly symbols: readonly string[] | null;
  /** Wall time. */
  readonly expiresAtMs: number;
  /** Whether it is signed with the secret before the last rotation. */
  readonly isPrevious: boolean;
  /** Whether it expires while its connection may be open. */
  readonly isShort: boolean;
}

export const INVALID_TOKENS = [
  'expired',
  'forged',
  'other issuer',
  'other audience',
  'unsigned',
  'other algorithm',
  'not issued yet',
  'valid for too long',
] as const;

/** Each permits only some of the symbols. */
export const FEW_SYMBOLS = 'few symbols';
const SYMBOLS = ['AAPL', 'MSFT'];

/** Is good, and of a user that several clients share. */
export const SHARED_USER = 'shared user';

/** Each names the time from its signature to its expiry, rounded down to seconds. */
export const SHORT_TOKENS = ['expires in 2 s', 'expires in 4 s', 'expires in 6 s'] as const;
const SHORT_MS_MAX = 60_000;

const { secrets, issuer, audience } = gatewayConfiguration.tokens;
const HOUR_MS = 3_600_000;
/** Age of a token when it is used. */
const AGE_MS = 2 * HOUR_MS;

/**
 * A token of `kind`: one of INVALID_TOKENS or SHORT_TOKENS, FEW_SYMBOLS, `previous secret`, the
 * role that a good one has, or any other word for a good one.
 */
export function signedToken(
  kind: string,
  { user, role, tokenId, wallMs }: { user: string; role: Role; tokenId: string; wallMs: number },
): string {
  const seconds = (ms: number): number => Math.floor(ms / 1000);
  const issuedAtMs = kind === 'not issued yet' ? wallMs + HOUR_MS : wallMs - AGE_MS;
  const lifetimeMs = kind === 'valid for too long' ? simulatedLimits.tokenLifetimeMaxMs + HOUR_MS : AGE_MS + HOUR_MS;
  const shortSeconds = /^expires in (\d+) s$/.exec(kind)?.[1];
  const expiresAtMs =
    shortSeconds !== undefined
      ? wallMs + Number(shortSeconds) * 1000
      : kind === 'expired'
        ? wallMs - HOUR_MS
        : issuedAtMs + lifetimeMs;
  const claims: TokenClaims = {
    jti: tokenId,
    iss: kind === 'other issuer' ? `${issuer}-2` : issuer,
    aud: kind === 'other audience' ? `${audience}-2` : audience,
    sub: user,
    role: roles.find((name) => name === kind) ?? role,
    ...(kind === FEW_SYMBOLS ? { symbols: SYMBOLS } : {}),
    iat: seconds(issuedAtMs),
    exp: seconds(expiresAtMs),
    at: wallMs,
  };
  const alg = kind === 'unsigned' ? 'none' : kind === 'other algorithm' ? 'HS512' : 'HS256';
  const signed = [{ alg, typ: 'JWT' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const [current, previous] = secrets;
  const secret = kind === 'forged' ? `${current}-2` : kind === 'previous secret' ? previous : current;
  if (alg === 'none') return `${signed}.`;
  return `${signed}.${createHmac(alg === 'HS512' ? 'sha512' : 'sha256', secret)
    .update(signed)
    .digest('base64url')}`;
}

/** Before the token in a subprotocol that a client offers. */
const OFFERED = 'bearer.';

export function offeredToken(token: string): string {
  return `${OFFERED}${token}`;
}

/** The token among the subprotocols of an opening handshake, or null. */
export function tokenOffered(protocols: string): string | null {
  const found = protocols.split(/, ?/).find((name) => name.startsWith(OFFERED));
  return found === undefined ? null : found.slice(OFFERED.length);
}

/** What a token of an actor says if it was valid when its client signed it; null otherwise. */
export function validTokenIn(token: string): ValidToken | null {
  const [head = '', body = '', signature = ''] = token.split('.');
  const { alg } = JSON.parse(Buffer.from(head, 'base64url').toString()) as { alg: string };
  const {
    jti,
    iss,
    aud,
    sub,
    role,
    symbols = null,
    iat,
    exp,
    at,
  } = JSON.parse(Buffer.from(body, 'base64url').toString()) as TokenClaims;
  const signer = secrets.findIndex(
    (secret) => createHmac('sha256', secret).update(`${head}.${body}`).digest('base64url') === signature,
  );
  const isTimely = iat * 1000 <= at && at < exp * 1000 && (exp - iat) * 1000 <= simulatedLimits.tokenLifetimeMaxMs;
  if (alg !== 'HS256' || signer < 0 || iss !== issuer || aud !== audience || !isTimely) return null;
  const isShort = exp * 1000 - at < SHORT_MS_MAX;
  return { tokenId: jti, user: sub, role, symbols, expiresAtMs: exp * 1000, isPrevious: signer > 0, isShort };
}
