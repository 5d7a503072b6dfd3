import { describe, expect, test } from 'vitest';
import { errors } from './errors.ts';
import { errorFrame, parseFrame, serialise } from './protocol.ts';

describe('parseFrame', () => {
  test.each([
    { type: 'authenticate', token: 't' },
    { type: 'subscribe', symbol: 'AAPL' },
    { type: 'unsubscribe', symbol: 'AAPL' },
    { type: 'comment', symbol: 'AAPL', text: '' },
    { type: 'status' },
  ])('understands $type', (frame) => {
    expect(parseFrame(JSON.stringify(frame))).toEqual(frame);
  });

  test.each(['', '{', 'undefined', '{"type":"status"}}', "{'type':'status'}"])('rejects %j as not JSON', (text) => {
    expect(parseFrame(text)).toBe('not-json');
  });

  test.each([
    'null',
    '[]',
    '"status"',
    '{}',
    '{"type":"price","symbol":"AAPL"}',
    '{"type":"subscribe"}',
    '{"type":"subscribe","symbol":1}',
    '{"type":"subscribe","symbol":""}',
    `{"type":"subscribe","symbol":"${'A'.repeat(33)}"}`,
    '{"type":"comment","symbol":"AAPL","text":null}',
    '{"__proto__":{"type":"status"}}',
  ])('finds no frame in %s', (text) => {
    expect(parseFrame(text)).toBe('not-a-frame');
  });

  test('drops unknown fields', () => {
    expect(parseFrame('{"type":"status","role":"admin","__proto__":{"a":1}}')).toEqual({ type: 'status' });
  });
});

test('an error frame contains the text of the catalogue and nothing else', () => {
  expect(JSON.parse(serialise(errorFrame('forbidden')))).toEqual({
    type: 'error',
    code: 'forbidden',
    text: errors.forbidden.text,
  });
});
