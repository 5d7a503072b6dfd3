import { expect, test } from 'vitest';
import { ManualClock } from '../test/manual-clock.ts';
import { recordedFeed, recordedPrices } from './recorded-feed.ts';

test('numbers each price once, also over several subscriptions, and repeats the recording', async () => {
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
    'e',
  );
  expect([...feed.symbols]).toEqual(['A']);
  for (const [first, second, third] of [
    [1, 2, 3],
    [4, 5, 6],
  ]) {
    const controller = new AbortController();
    const prices = feed.prices('A', controller.signal)[Symbol.asyncIterator]();
    const received: unknown[] = [];
    for (let index = 0; index < 3; index += 1) {
      const next = prices.next();
      await clock.advance(10);
      received.push((await next).value);
    }
    const odd = { symbol: 'A', epoch: 'e', price: 1, quotedAt: '2000-01-01' };
    const even = { symbol: 'A', epoch: 'e', price: 2, quotedAt: '2000-02-01' };
    const isOdd = first === 1;
    expect(received).toEqual([
      { ...(isOdd ? odd : even), sequence: first },
      { ...(isOdd ? even : odd), sequence: second },
      { ...(isOdd ? odd : even), sequence: third },
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
