import { expect, test } from 'vitest';
import { Redactor } from './redactor.ts';

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjbGllbnQtNiJ9.c2lnbmF0dXJl';

function redactedOf(...texts: readonly string[]): string[] {
  const redactor = new Redactor();
  for (const text of texts) redactor.find(text);
  return texts.map((text) => redactor.redact(text));
}

test.each([
  [`open prices.v1, bearer.${JWT}`, 'open prices.v1, bearer.[redacted 1]'],
  ['{"type":"authenticate","token":"s3cret"}', '{"type":"authenticate","token":"[redacted 1]"}'],
  ['{"accessToken" : "a\\"b","room":"red"}', '{"accessToken" : "[redacted 1]","room":"red"}'],
  ['{"body":"{\\"password\\":\\"hunter2\\"}"}', '{"body":"{\\"password\\":\\"[redacted 1]\\"}"}'],
  ['GET /ws?token=abc&room=red', 'GET /ws?token=[redacted 1]&room=red'],
  ['Authorization: Basic dXNlcjpwYXNz', 'Authorization: [redacted 1]'],
  ['{"Cookie":"sid=abcdefgh1; a=b"}', '{"Cookie":"[redacted 1]"}'],
  ['cookie: sid=1; theme=dark\r\nhost: x', 'cookie: [redacted 1]\r\nhost: x'],
  ['sent bearer abcd1234efgh', 'sent bearer [redacted 1]'],
  ['redis://app:hunter2@cache:6379', 'redis://app:[redacted 1]@cache:6379'],
  ['{"line":"{\\"token\\":\\"abc"} and \\"more\\"', '{"line":"{\\"token\\":\\"[redacted 1]"} and \\"more\\"'],
  ['{"token":"abc… (9000 characters)', '{"token":"[redacted 1]'],
  ['API_KEY=abc123', 'API_KEY=[redacted 1]'],
])('%s', (text, expected) => {
  expect(redactedOf(text)).toEqual([expected]);
});

test.each([
  'tokens: 5, and a bearer of news',
  '{"type":"subscribe","symbol":"AAPL","tokenCount":3}',
  'timer timeout:revocations of gateway fired',
  'a cookie is a small text',
  '0123456789abcdef0123',
  `{"token":""}`,
])('%s stays', (text) => {
  expect(redactedOf(text)).toEqual([text]);
});

test('a secret is removed where it has no name, with the same number', () => {
  expect(redactedOf('get session:a1b2c3d4e5', '{"token":"other-1234"}', '{"token":"a1b2c3d4e5"}')).toEqual([
    'get session:[redacted 2]',
    '{"token":"[redacted 1]"}',
    '{"token":"[redacted 2]"}',
  ]);
});

test('a short secret is removed only where it has a name', () => {
  expect(redactedOf('{"token":"red"}', 'join red')).toEqual(['{"token":"[redacted 1]"}', 'join red']);
});

test('a name of the simulator stays where it is not named as a secret', () => {
  const redactor = new Redactor(new Set(['client-10']));
  for (const text of ['{"token":"client-10"}', '{"token":"client-11"}']) redactor.find(text);
  expect(redactor.redact('{"token":"client-10"} of client-10, client-11')).toBe(
    '{"token":"[redacted 1]"} of client-10, [redacted 2]',
  );
});

test('a value of a cookie is removed elsewhere', () => {
  expect(redactedOf('cookie: sid=abcdefgh1; theme=dark', 'get sess:abcdefgh1')).toEqual([
    'cookie: [redacted 1]',
    'get sess:[redacted 2]',
  ]);
});

test('secrets in bytes are removed', () => {
  const hexadecimal = Buffer.from(`!token=${JWT}`).toString('hex');
  const [safe = ''] = redactedOf(`${hexadecimal}…, 900 bytes`);
  expect(safe).toMatch(/…, 900 bytes$/);
  expect(Buffer.from(safe.replace(/….*/, ''), 'hex').toString()).toMatch(/^!token=\[redacted \d\]$/);
});

test('redacting twice changes nothing', () => {
  const redactor = new Redactor();
  const text = `cookie: a=${JWT}`;
  redactor.find(text);
  const once = redactor.redact(text);
  redactor.find(once);
  expect(redactor.redact(once)).toBe(once);
});
