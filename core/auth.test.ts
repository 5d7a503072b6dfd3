import jsonwebtoken from 'jsonwebtoken';
import { describe, expect, test } from 'vitest';
import { authenticate, isAllowed, tokenKey } from './auth.ts';
import { limits } from './limits.ts';
import { signToken } from './sign-token.ts';

const secret = 'a secret for tests, used nowhere else';
const key = tokenKey(secret);
const previousKey = tokenKey('the secret before the last rotation');
const rules = { keys: [key, previousKey], issuer: 'tests', audience: 'prices' };
const nowMs = 1_700_000_000_000;
const { clockToleranceMs, tokenLifetimeMaxMs } = limits();
const token = {
  tokenId: 'token-1',
  user: 'ada',
  role: 'trader',
  issuer: 'tests',
  audience: 'prices',
  issuedAtMs: nowMs,
  expiresAtMs: nowMs + 60_000,
} as const;
const [iat, exp] = [nowMs / 1000, nowMs / 1000 + 60];
const claims = { jti: 'token-1', iss: 'tests', aud: 'prices', sub: 'ada', role: 'admin', iat, exp };

const accept = (text: string, wallMs = nowMs) => authenticate(text, rules, limits(), wallMs);
/** Signs the claims, without those that are undefined. */
const sign = (changes: object, key: jsonwebtoken.Secret = secret, options: jsonwebtoken.SignOptions = {}): string =>
  jsonwebtoken.sign(JSON.parse(JSON.stringify({ ...claims, ...changes })) as object, key, options);

describe('authenticate', () => {
  test('returns the identity in a valid token', () => {
    expect(accept(signToken(key, token))).toEqual({
      user: 'ada',
      role: 'trader',
      tokenId: 'token-1',
      symbols: null,
      issuedAtMs: nowMs,
      expiresAtMs: nowMs + 60_000,
      endsAtMs: nowMs + 60_000 + clockToleranceMs,
    });
  });

  test('accepts the previous secret, and no other', () => {
    expect(accept(signToken(previousKey, token))).toMatchObject({ user: 'ada' });
    expect(authenticate(signToken(previousKey, token), { ...rules, keys: [key] }, limits(), nowMs)).toBeNull();
  });

  test('compares times with the given time and tolerates a little, not with the clock of the process', () => {
    const text = signToken(key, token);
    const endMs = nowMs + 60_000 + clockToleranceMs;
    expect(accept(text, endMs - 1)).not.toBeNull();
    expect(accept(text, endMs)).toBeNull();
    expect(accept(text, nowMs - clockToleranceMs)).not.toBeNull();
    expect(accept(text, nowMs - clockToleranceMs - 1)).toBeNull();
    expect(accept(text, 0)).toBeNull();
  });

  test('bounds the lifetime', () => {
    expect(accept(signToken(key, { ...token, expiresAtMs: nowMs + tokenLifetimeMaxMs }))).not.toBeNull();
    expect(accept(signToken(key, { ...token, expiresAtMs: nowMs + tokenLifetimeMaxMs + 1000 }))).toBeNull();
  });

  test('accepts the claims that the cases below change', () => {
    expect(accept(sign({}))).not.toBeNull();
    expect(accept(sign({ aud: ['other', 'prices'] }))).not.toBeNull();
  });

  test.each([
    ['another key', sign({}, 'some other secret of the right length')],
    ['another algorithm', sign({}, secret, { algorithm: 'HS512' })],
    ['no signature', sign({}, '', { algorithm: 'none' })],
    ['another issuer', sign({ iss: 'other' })],
    ['no issuer', sign({ iss: undefined })],
    ['another audience', sign({ aud: 'other' })],
    ['no audience', sign({ aud: undefined })],
    ['a time from which it is valid', sign({ nbf: iat + 30 })],
    ['no expiry', sign({ exp: undefined })],
    ['no time of issue', sign({}, secret, { noTimestamp: true })],
    ['no identifier', sign({ jti: undefined })],
    ['no user', sign({ sub: undefined })],
    ['a user with markup', sign({ sub: '<b>' })],
    ['a role that does not exist', sign({ role: 'root' })],
    ['a payload that is no object', jsonwebtoken.sign('ada', secret)],
    ['no token at all', 'not a token'],
    ['nothing', ''],
  ])('refuses %s', (_name, text) => {
    expect(accept(text)).toBeNull();
  });

  test('rejects a token with a changed payload', () => {
    const [head, payload, signature] = signToken(key, token).split('.');
    const forged = Buffer.from(JSON.stringify(claims)).toString('base64url');
    expect(payload).not.toBe(forged);
    expect(accept([head, forged, signature].join('.'))).toBeNull();
  });
});

test('each role has the permissions of the roles below it', () => {
  const allowed = (['viewer', 'trader', 'admin'] as const).map((role) =>
    (['comment', 'status'] as const).filter((permission) => isAllowed(role, permission)),
  );
  expect(allowed).toEqual([[], ['comment'], ['comment', 'status']]);
});

test('a token may permit only some symbols', () => {
  expect(accept(signToken(key, { ...token, symbols: ['AAPL'] }))?.symbols).toEqual(new Set(['AAPL']));
  expect(accept(sign({ symbols: [] }))?.symbols).toEqual(new Set());
  expect(accept(sign({ symbols: 'AAPL' }))).toBeNull();
});
