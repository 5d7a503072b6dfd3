import { expect, test } from 'vitest';
import { ManualClock } from '../test/manual-clock.ts';
import { recordedFeed, recordedPrices } from './recorded-feed.ts';

test('each subscription starts with the first price, counts from one, and repeats the recording', async () => {
  const clock = new ManualClock();
  const feed = recordedFeed(
    clock,
    {
      A: [
        ['2000-01-01', 1],
        ['2000-02-01', 2],
      ],
      NONE: [],
    },
    10,
  );
  expect([...feed.symbols]).toEqual(['A']);
  for (const _subscription of [1, 2]) {
    const controller = new AbortController();
    const prices = feed.prices('A', controller.signal)[Symbol.asyncIterator]();
    const received: unknown[] = [];
    for (let index = 0; index < 3; index += 1) {
      const next = prices.next();
      await clock.advance(10);
      received.push((await next).value);
    }
    expect(received).toEqual([
      { symbol: 'A', price: 1, sequence: 1, quotedAt: '2000-01-01' },
      { symbol: 'A', price: 2, sequence: 2, quotedAt: '2000-02-01' },
      { symbol: 'A', price: 1, sequence: 3, quotedAt: '2000-01-01' },
    ]);
    const last = prices.next();
    controller.abort();
    expect((await last).done).toBe(true);
    expect(clock.labels).toEqual([]);
  }
});

test('the recording contains real prices in the order of their dates', () => {
  expect(Object.entries(recordedPrices).map(([symbol, quotes]) => [symbol, quotes.length])).toEqual([
    ['AAPL', 123],
    ['AMZN', 123],
    ['GOOG', 68],
    ['IBM', 123],
    ['MSFT', 123],
  ]);
  for (const quotes of Object.values(recordedPrices)) {
    const days = quotes.map(([quotedAt]) => quotedAt);
    expect(days).toEqual([...days].sort());
    for (const [quotedAt, price] of quotes) expect([Date.parse(quotedAt) > 0, price > 0]).toEqual([true, true]);
  }
});
