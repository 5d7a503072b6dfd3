import { describe, expect, test } from 'vitest';
import { closings } from './closings.ts';
import { limits } from './limits.ts';
import { subprotocol } from './protocol.ts';

describe('limits', () => {
  test('overrides some limits and keeps the rest', () => {
    expect(limits({ sweepEveryMs: 1_000 })).toMatchObject({ sweepEveryMs: 1_000, pingAfterMs: 25_000 });
  });

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('rejects %s', (value) => {
    expect(() => limits({ subscriptionsMax: value })).toThrow(
      new RangeError('invalid limit subscriptionsMax: expected a positive integer'),
    );
  });

  test('rejects limits with a broken relation and names it', () => {
    expect(() => limits({ sweepEveryMs: 30_000 })).toThrow('invalid limits: expected sweepEveryMs < pingAfterMs');
    expect(() => limits({ leaseRenewEveryMs: 20_000 })).toThrow('leaseRenewEveryMs * 3 <= leaseMs');
  });

  test('returns a frozen object', () => {
    expect(() => Object.assign(limits(), { leaseMs: 1 })).toThrow(TypeError);
  });
});

test('every close code is allowed for applications or never sent, and its reason fits into the frame', () => {
  for (const { closeCode, text } of Object.values(closings)) {
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(123);
    expect([1001, 1003, 1006, 1008, 1009, 1011, 1012, 1013].includes(closeCode) || closeCode >= 4400).toBe(true);
  }
  expect(closings.unsupported_protocol.text).toContain(subprotocol);
});
