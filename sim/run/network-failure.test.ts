import { describe, expect, test } from 'vitest';
import { networkFailure } from './network-failure.ts';

const withCode = (message: string, code: string, cause?: Error): Error =>
  Object.assign(new Error(message, { cause }), { code });

describe('what faults cause ends the operation', () => {
  test.each([
    [withCode('connect ECONNREFUSED 10.0.0.1:3000', 'ECONNREFUSED'), 'fail', 'connect ECONNREFUSED 10.0.0.1:3000'],
    [withCode('socket hang up', 'ECONNRESET'), 'unknown', 'socket hang up'],
    [
      new TypeError('fetch failed', { cause: withCode('connect', 'ECONNREFUSED') }),
      'fail',
      'fetch failed: ECONNREFUSED',
    ],
    [
      new TypeError('terminated', { cause: withCode('other side closed', 'UND_ERR_SOCKET') }),
      'unknown',
      'terminated: UND_ERR_SOCKET',
    ],
    [new DOMException('The operation was aborted due to timeout', 'TimeoutError'), 'unknown', 'timed out'],
  ])('%s', (reason, outcome, detail) => {
    expect(networkFailure(reason)).toEqual({ outcome, detail });
  });
});

test.each([
  new TypeError('fetch failed', { cause: new Error('unknown scheme') }),
  new TypeError('value.name is not a function'),
  withCode('no such file', 'ENOENT'),
  withCode('invalid URL', 'ERR_INVALID_URL'),
  new DOMException('This operation was aborted', 'AbortError'),
  'ECONNREFUSED',
  null,
])('%s is an error of the scenario', (reason) => {
  expect(networkFailure(reason)).toBeNull();
});
