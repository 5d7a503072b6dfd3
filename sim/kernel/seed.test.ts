import { describe, expect, it } from 'vitest';
import { expandSeed, formatSeed, parseSeed, seedAfter } from './seed.ts';

const LAST = '0xffffffffffffffff';

describe('a seed', () => {
  it.each([
    ['0x1f', '0x1f'],
    ['0X1F', '0x1f'],
    ['0x001F', '0x1f'],
    ['0x0', '0x0'],
    ['0xFFFFFFFFFFFFFFFF', LAST],
  ])('%s is read as %s', (text, seed) => {
    expect(parseSeed(text)).toBe(seed);
  });

  it.each(['', '1f', '0x', '0xg', '-0x1', ' 0x1', '0x1 ', '0x1\n', '0x10000000000000000', '1e3', '0x1n'])(
    '%j is none',
    (text) => {
      expect(parseSeed(text)).toBeNull();
    },
  );

  it('is followed by the next one, and the last by the first', () => {
    expect(seedAfter('0xff', 1)).toBe('0x100');
    expect(seedAfter(LAST, 1)).toBe('0x0');
    expect(seedAfter(LAST, 3)).toBe('0x2');
    expect(seedAfter('0x0', -1)).toBe(LAST);
    // Beyond what a double holds.
    expect(seedAfter('0x20000000000001', 2)).toBe('0x20000000000003');
    expect(formatSeed(2n ** 64n + 5n)).toBe('0x5');
  });

  it('expands to words that differ from its neighbours’', () => {
    const words = Array.from({ length: 200 }, (_, index) => expandSeed(seedAfter('0x1', index))).flat();
    expect(new Set(words).size).toBe(words.length);
  });

  it('expands as it always did', () => {
    expect(expandSeed('0x1')).toEqual([1184777630, 101298655, -566478360, -311976906]);
  });
});
