import { describe, expect, test } from 'vitest';
import type { Price } from './ports.ts';
import { PriceHistory } from './price-history.ts';

const price = (sequence: number, epoch = 'e'): Price => ({
  symbol: 'AAPL',
  price: sequence,
  epoch,
  sequence,
  quotedAt: '2000-01-01',
});

function historyOf(sequences: readonly number[], pricesMax = 10): PriceHistory {
  const history = new PriceHistory(pricesMax);
  for (const sequence of sequences) history.add(price(sequence));
  return history;
}

const since = (history: PriceHistory, sequence: number, epoch = 'e'): unknown =>
  history.since({ epoch, sequence })?.map((one) => one.sequence) ?? null;

describe('the history of a symbol', () => {
  test('continues with the next number of its epoch only', () => {
    const history = historyOf([]);
    const adds: [Price, string][] = [
      [price(1), 'next'],
      [price(2), 'next'],
      [price(2), 'old'],
      [price(1), 'old'],
      [price(4), 'gap'],
      [price(5), 'next'],
      [price(1, 'f'), 'gap'],
      [price(2, 'f'), 'next'],
    ];
    for (const [one, follows] of adds) expect(history.add(one)).toBe(follows);
    expect(history.newest).toEqual(price(2, 'f'));
    expect(since(history, 0, 'f')).toEqual([1, 2]);
  });

  test('may begin with any number, and only the first of an epoch follows nothing', () => {
    expect(historyOf([]).newest).toBeNull();
    expect(historyOf([]).add(price(7))).toBe('gap');
    expect(since(historyOf([7, 8]), 6)).toEqual([7, 8]);
  });

  test('returns all prices after a position, or null if it does not have all', () => {
    const history = historyOf([3, 4, 5]);
    expect([1, 2, 3, 4, 5, 6].map((sequence) => since(history, sequence))).toEqual([
      null,
      [3, 4, 5],
      [4, 5],
      [5],
      [],
      null,
    ]);
    expect(since(history, 4, 'f')).toBeNull();
    expect(since(historyOf([]), 0)).toBeNull();
  });

  test('keeps the last prices, up to its limit', () => {
    const history = historyOf([1, 2, 3, 4, 5], 3);
    expect([since(history, 1), since(history, 2)]).toEqual([null, [3, 4, 5]]);
  });

  test('has nothing before a gap', () => {
    const history = historyOf([1, 2, 4]);
    expect([since(history, 2), since(history, 3)]).toEqual([null, [4]]);
  });
});
