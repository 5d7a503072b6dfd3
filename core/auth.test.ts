import jsonwebtoken from 'jsonwebtoken';
import { describe, expect, test } from 'vitest';
import { authenticate, isAllowed, tokenKey } from './auth.ts';
import { signToken } from './sign-token.ts';

const secret = 'a secret for tests, used nowhere else';
const key = tokenKey(secret);
const nowMs = 1_700_000_000_000;
const claims = { user: 'ada', role: 'trader', issuedAtMs: nowMs, expiresAtMs: nowMs + 60_000 } as const;
const exp = nowMs / 1000 + 60;

describe('authenticate', () => {
  test('returns the identity in a valid token', () => {
    expect(authenticate(signToken(key, claims), key, nowMs)).toEqual({
      user: 'ada',
      role: 'trader',
      expiresAtMs: nowMs + 60_000,
    });
  });

  test('compares the expiry with the given time, not with the clock of the process', () => {
    const token = signToken(key, claims);
    expect(authenticate(token, key, nowMs + 59_000)).not.toBeNull();
    expect(authenticate(token, key, nowMs + 60_000)).toBeNull();
    expect(authenticate(token, key, 0)).not.toBeNull();
  });

  test.each([
    ['another key', signToken(tokenKey('some other secret of the right length'), claims)],
    ['another algorithm', jsonwebtoken.sign({ sub: 'ada', role: 'admin', exp }, secret, { algorithm: 'HS512' })],
    ['no signature', jsonwebtoken.sign({ sub: 'ada', role: 'admin', exp }, '', { algorithm: 'none' })],
    ['no expiry', jsonwebtoken.sign({ sub: 'ada', role: 'admin' }, secret)],
    ['no user', jsonwebtoken.sign({ role: 'admin', exp }, secret)],
    ['a user with markup', jsonwebtoken.sign({ sub: '<b>', role: 'admin', exp }, secret)],
    ['a role that does not exist', jsonwebtoken.sign({ sub: 'ada', role: 'root', exp }, secret)],
    ['a payload that is no object', jsonwebtoken.sign('ada', secret)],
    ['no token at all', 'not a token'],
    ['nothing', ''],
  ])('refuses %s', (_name, token) => {
    expect(authenticate(token, key, nowMs)).toBeNull();
  });

  test('rejects a token with one changed character', () => {
    const [head, payload, signature] = signToken(key, claims).split('.');
    const forged = Buffer.from(JSON.stringify({ sub: 'ada', role: 'admin', exp })).toString('base64url');
    expect(payload).not.toBe(forged);
    expect(authenticate([head, forged, signature].join('.'), key, nowMs)).toBeNull();
  });
});

test('each role has the permissions of the roles below it', () => {
  const allowed = (['viewer', 'trader', 'admin'] as const).map((role) =>
    (['comment', 'status'] as const).filter((permission) => isAllowed(role, permission)),
  );
  expect(allowed).toEqual([[], ['comment'], ['comment', 'status']]);
});
