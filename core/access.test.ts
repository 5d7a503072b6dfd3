import { describe, expect, test } from 'vitest';
import { type AccessRules, addressOf, addressRange, isOriginAllowed, tokenOf } from './access.ts';

const rules = (over: Partial<AccessRules> = {}): AccessRules => ({
  origins: null,
  isOriginOptional: true,
  proxies: [],
  ...over,
});

describe('the token in an upgrade', () => {
  const jwt = 'eyJh.eyJz.c2ln-_';

  test.each([
    [{}, null],
    [{ authorization: `Bearer ${jwt}` }, jwt],
    [{ authorization: `bearer  ${jwt}` }, jwt],
    [{ 'sec-websocket-protocol': `prices.v1, bearer.${jwt}` }, jwt],
    [{ 'sec-websocket-protocol': `bearer.${jwt},prices.v1` }, jwt],
    [{ 'sec-websocket-protocol': 'prices.v1' }, null],
    // A proxy may have asked for it.
    [{ authorization: 'Basic YWRhOjE=' }, null],
    // None of these is valid.
    [{ authorization: 'Bearer ' }, ''],
    [{ 'sec-websocket-protocol': 'prices.v1, bearer.' }, ''],
    [{ authorization: `Bearer ${jwt}`, 'sec-websocket-protocol': `prices.v1, bearer.${jwt}` }, ''],
    [{ 'sec-websocket-protocol': 'bearer.a, bearer.b' }, ''],
    [{ authorization: `Bearer ${'x'.repeat(8193)}` }, ''],
  ])('%j', (headers, token) => {
    expect(tokenOf(headers)).toBe(token);
  });
});

describe('the origin', () => {
  const host = 'prices.example:8080';

  test('of the own host is allowed by default, and no other', () => {
    expect(isOriginAllowed({ host, origin: 'https://prices.example:8080' }, rules())).toBe(true);
    for (const origin of ['https://prices.example', 'https://evil.example', 'null', '', 'prices.example:8080'])
      expect([origin, isOriginAllowed({ host, origin }, rules())]).toEqual([origin, false]);
  });

  test('must be listed exactly if origins are listed', () => {
    const listed = rules({ origins: ['https://a.example', 'http://localhost:3000'] });
    expect(isOriginAllowed({ host, origin: 'https://a.example' }, listed)).toBe(true);
    for (const origin of ['http://a.example', 'https://a.example.evil', 'https://b.a.example', `https://${host}`])
      expect([origin, isOriginAllowed({ host, origin }, listed)]).toEqual([origin, false]);
    expect(isOriginAllowed({ host, origin: 'https://evil.example' }, rules({ origins: '*' }))).toBe(true);
  });

  test('may be absent, by setting', () => {
    expect(isOriginAllowed({ host }, rules())).toBe(true);
    expect(isOriginAllowed({ host }, rules({ isOriginOptional: false }))).toBe(false);
  });
});

describe('the address of a client', () => {
  const proxies = ['127.0.0.1', '10.0.0.0/8', '::1'].map(addressRange);
  const address = (peer: string, forwarded?: string) =>
    addressOf(peer, { 'x-forwarded-for': forwarded }, rules({ proxies }));

  test('is that of the peer, whatever it forwards, unless the peer is trusted', () => {
    expect(address('192.0.2.1', '198.51.100.7')).toBe('192.0.2.1');
    expect(addressOf('127.0.0.1', { 'x-forwarded-for': '198.51.100.7' }, rules())).toBe('127.0.0.1');
  });

  test('is the last one that no trusted proxy has', () => {
    expect(address('127.0.0.1', '203.0.113.9, 198.51.100.7, 10.1.2.3')).toBe('198.51.100.7');
    expect(address('::ffff:10.9.9.9', '198.51.100.7')).toBe('198.51.100.7');
    expect(address('::1', '10.1.1.1,10.2.2.2')).toBe('10.1.1.1');
    expect(address('127.0.0.1')).toBe('127.0.0.1');
  });

  test('is that of the proxy if it forwards no address', () => {
    for (const text of ['unknown', '', '198.51.100.7, <b>']) expect(address('127.0.0.1', text)).toBe('127.0.0.1');
  });

  test('counts for all addresses of an IPv6 network', () => {
    expect(address('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64');
    expect(address('2001:db8:1:2::9')).toBe('2001:db8:1:2::/64');
    expect(address('::ffff:192.0.2.1')).toBe('192.0.2.1');
  });
});
