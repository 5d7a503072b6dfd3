import { describe, expect, test } from 'vitest';
import { tokenKey, authenticate } from './auth.ts';
import { developmentSecret, readEnvironment } from './environment.ts';
import { limits } from './limits.ts';
import { issueToken } from './token.ts';

const secret = 'a secret for tests, used nowhere else';

describe('readEnvironment', () => {
  test('needs no setting for development on the local machine', () => {
    expect(readEnvironment({ REDIS_URL: '' })).toMatchObject({
      HOST: '127.0.0.1',
      PORT: 8080,
      FEED: 'recorded',
      PUBLISH_PRICES: false,
      tokens: { secrets: [developmentSecret], issuer: 'seedstorm', audience: 'prices' },
      isSecretKnown: true,
    });
  });

  test('reads all settings', () => {
    const variables = {
      JWT_SECRET: secret,
      JWT_SECRET_PREVIOUS: developmentSecret,
      JWT_ISSUER: 'https://issuer.example',
      JWT_AUDIENCE: 'quotes',
      HOST: '0.0.0.0',
      PORT: '81',
      REDIS_URL: 'rediss://r',
      FEED: 'redis',
      SYMBOLS: 'A,B',
      LIMITS: '{"leaseMs":60000}',
    };
    expect(readEnvironment(variables)).toMatchObject({
      tokens: { secrets: [secret, developmentSecret], issuer: 'https://issuer.example', audience: 'quotes' },
      isSecretKnown: false,
      PORT: 81,
      SYMBOLS: ['A', 'B'],
    });
    const source = { REDIS_URL: 'redis://r', PUBLISH_PRICES: 'true' };
    expect(readEnvironment(source)).toMatchObject({ FEED: 'recorded', PUBLISH_PRICES: true });
    expect(readEnvironment(variables)).toHaveProperty('limits', limits({ leaseMs: 60_000 }));
  });

  test.each([
    [{ NODE_ENV: 'production' }, 'JWT_SECRET is required in production'],
    [{ HOST: '0.0.0.0' }, 'JWT_SECRET is required when HOST is not a loopback address'],
    [{ JWT_SECRET: 'hunter2' }, 'JWT_SECRET must have at least 32 characters'],
    [{ JWT_SECRET_PREVIOUS: 'hunter2' }, 'JWT_SECRET_PREVIOUS must have at least 32 characters'],
    [{ JWT_SECRET_PREVIOUS: secret }, 'JWT_SECRET_PREVIOUS requires JWT_SECRET, and must differ from it'],
    [
      { JWT_SECRET: secret, JWT_SECRET_PREVIOUS: secret },
      'JWT_SECRET_PREVIOUS requires JWT_SECRET, and must differ from it',
    ],
    [{ JWT_ISSUER: 'a b' }, 'JWT_ISSUER must have 1 to 256 printable ASCII characters without spaces'],
    [{ JWT_AUDIENCE: 'é' }, 'JWT_AUDIENCE must have 1 to 256 printable ASCII characters without spaces'],
    [{ PORT: '65536' }, 'PORT must be a port, 0 to 65535'],
    [{ PORT: '-1' }, 'PORT must be a port, 0 to 65535'],
    [{ PORT: '80a' }, 'PORT must be a port, 0 to 65535'],
    [{ REDIS_URL: 'http://r' }, 'REDIS_URL must be a URL redis://… or rediss://…'],
    [{ REDIS_URL: 'redis' }, 'REDIS_URL must be a URL redis://… or rediss://…'],
    [
      { ALLOWED_ORIGINS: 'a.example' },
      'ALLOWED_ORIGINS must be * or origins separated by commas, such as https://example.org',
    ],
    [
      { ALLOWED_ORIGINS: 'https://a.example/' },
      'ALLOWED_ORIGINS must be * or origins separated by commas, such as https://example.org',
    ],
    [{ ABSENT_ORIGIN: 'no' }, 'ABSENT_ORIGIN must be allow or refuse'],
    [
      { TRUSTED_PROXIES: 'proxy' },
      'TRUSTED_PROXIES must be addresses or ranges separated by commas, such as 127.0.0.1,10.0.0.0/8',
    ],
    [{ FEED: 'redis' }, 'REDIS_URL and SYMBOLS are required when FEED is redis'],
    [{ PUBLISH_PRICES: 'yes' }, 'PUBLISH_PRICES must be true or false'],
    [{ PUBLISH_PRICES: 'true' }, 'PUBLISH_PRICES requires REDIS_URL, and FEED must be recorded'],
    [
      { PUBLISH_PRICES: 'true', REDIS_URL: 'redis://r', FEED: 'redis', SYMBOLS: 'A' },
      'PUBLISH_PRICES requires REDIS_URL, and FEED must be recorded',
    ],
    [{ SYMBOLS: 'A,,B' }, 'SYMBOLS must be symbols separated by commas'],
    [{ PRICE_INTERVAL_MS: '0' }, 'PRICE_INTERVAL_MS must be a number of milliseconds, 1 to 9999999'],
    [{ LIMITS: '{' }, 'LIMITS must be JSON with limits by name, such as {"sweepEveryMs":1000}'],
    [{ LIMITS: '7' }, 'LIMITS must be JSON with limits by name, such as {"sweepEveryMs":1000}'],
    [{ LIMITS: '{"hunter2":7}' }, 'LIMITS has an unknown limit'],
    [{ LIMITS: '{"leaseMs":"7"}' }, 'LIMITS has invalid limit leaseMs: expected a positive integer'],
    [{ LIMITS: '{"leaseMs":7}' }, 'LIMITS has invalid limits: expected leaseRenewEveryMs * 3 <= leaseMs'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent'],
  ])('says in one line what is wrong with %j', (variables, problem) => {
    expect(readEnvironment(variables)).toEqual({ problem });
  });
});

describe('issueToken', () => {
  const nowMs = 1_700_000_000_000;
  const issue = (line: string, variables = {}): ReturnType<typeof issueToken> =>
    issueToken(line.split(' '), variables, nowMs);

  test('issues a token that the gateway accepts, for an hour or for the requested time', () => {
    const expiry = (line: string, key: string, variables = {}): number => {
      const rules = { keys: [tokenKey(key)], issuer: 'seedstorm', audience: 'prices' };
      const issued = issue(line, variables);
      if ('problem' in issued) throw new Error(issued.problem);
      return (authenticate(issued.token, rules, limits(), nowMs)?.expiresAtMs ?? 0) - nowMs;
    };
    expect(expiry('--user ada --role trader', developmentSecret)).toBe(3_600_000);
    expect(expiry('--user ada --role trader --ttl 7d', secret, { JWT_SECRET: secret })).toBe(7 * 86_400_000);
  });

  test.each([
    ['--role trader', '--user is required'],
    ['--user <b> --role trader', '--user must have 1 to 64 letters'],
    ['--user ada --role root', '--role must be one of viewer, trader, admin'],
    ['--user ada', '--role must be one of'],
    ['--user ada --role trader --ttl soon', '--ttl must be a time'],
    ['--user ada --role trader --ttl 8d', '--ttl must be at most the limit tokenLifetimeMaxMs'],
    ['--user ada --role trader --admin', 'usage: '],
    ['--user ada --role trader extra', 'usage: '],
  ])('says in one line what is wrong with %s', (line, problem) => {
    const issued = issue(line);
    expect(issued).toEqual({ problem: expect.stringContaining(problem) });
    expect(JSON.stringify(issued)).not.toContain('\\n');
  });

  test('issues no token in production', () => {
    const issued = issue('--user ada --role admin', { NODE_ENV: 'production', JWT_SECRET: secret });
    expect(issued).toEqual({ problem: 'tokens are not issued in production' });
  });
});
