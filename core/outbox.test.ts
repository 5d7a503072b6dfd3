import { expect, describe, test } from 'vitest';
import { limits } from './limits.ts';
import { Outbox } from './outbox.ts';
import type { Price } from './ports.ts';
import { priceText } from './price-frames.ts';
import { FakeSocket } from './test/fake-socket.ts';
import { ManualClock } from './test/manual-clock.ts';

const table = limits({ payloadMaxBytes: 600, outboxConflateBytes: 1_000, outboxMaxBytes: 2_000 });

function build() {
  const socket = new FakeSocket();
  const clock = new ManualClock();
  const events: string[] = [];
  const outbox = new Outbox(
    {
      limits: table,
      clock,
      overflowed: (connection) => void events.push(`${connection} overflowed`),
      conflated: () => void events.push('conflated'),
      broken: (connection) => void events.push(`${connection} broken`),
    },
    socket,
    'c-1',
  );
  const quote = (symbol: string, value: number): Price => ({
    symbol,
    price: value,
    epoch: 'e',
    sequence: value + 1,
    quotedAt: '2000-01-01',
  });
  const price = (symbol: string, value: number): boolean =>
    outbox.sendPrice(quote(symbol, value), priceText(quote(symbol, value), 0));
  const sent = (): unknown[] => socket.frames.map(({ symbol, price }) => [symbol, price]);
  const kinds = (): unknown[] => socket.frames.map(({ type, sequence, skipped }) => [type, sequence, skipped]);
  return { clock, socket, outbox, events, quote, price, sent, kinds };
}

describe('the outbox', () => {
  test('sends at once below the limit', () => {
    const { price, sent } = build();
    price('AAPL', 1);
    price('AAPL', 2);
    expect(sent()).toEqual([
      ['AAPL', 1],
      ['AAPL', 2],
    ]);
  });

  test('queues only the newest price of each symbol above the limit, and sends it below the limit', () => {
    const { socket, events, price, sent } = build();
    price('IBM', 0);
    socket.bufferedBytes = 1_001;
    price('AAPL', 1);
    price('MSFT', 1);
    price('AAPL', 2);
    expect(sent()).toEqual([['IBM', 0]]);
    socket.answerSends();
    expect(sent()).toEqual([['IBM', 0]]);
    price('IBM', 3);
    socket.bufferedBytes = 0;
    price('MSFT', 9);
    socket.answerSends();
    expect(sent()).toEqual([
      ['IBM', 0],
      ['MSFT', 9],
      ['AAPL', 2],
      ['IBM', 3],
    ]);
    // One price of AAPL and one of MSFT.
    expect(events).toEqual(['conflated', 'conflated']);
  });

  test('says how many prices the newest one replaced', () => {
    const { socket, price, kinds } = build();
    price('IBM', 0);
    socket.bufferedBytes = 1_001;
    for (const value of [1, 2, 3]) price('IBM', value);
    socket.bufferedBytes = 0;
    socket.answerSends();
    price('IBM', 4);
    socket.bufferedBytes = 1_001;
    price('IBM', 5);
    socket.bufferedBytes = 0;
    price('IBM', 6);
    expect(kinds()).toEqual([
      ['price', 1, 0],
      ['price', 4, 2],
      ['price', 5, 0],
      ['price', 7, 1],
    ]);
  });

  test('sends a newer price as a snapshot if a snapshot or the notice of a lost feed waits', () => {
    const { socket, outbox, quote, price, kinds } = build();
    price('IBM', 0);
    price('AAPL', 0);
    socket.bufferedBytes = 1_001;
    outbox.sendSnapshot(quote('IBM', 5));
    price('IBM', 6);
    price('AAPL', 1);
    outbox.sendStale('AAPL');
    price('AAPL', 2);
    socket.bufferedBytes = 0;
    socket.answerSends();
    price('IBM', 7);
    expect(kinds().slice(2)).toEqual([
      ['snapshot', 7, undefined],
      ['snapshot', 3, undefined],
      ['price', 8, 0],
    ]);
  });

  test('sends the notice of a lost feed after the price that waits, or at once', () => {
    const { socket, outbox, price, kinds } = build();
    price('IBM', 0);
    socket.bufferedBytes = 1_001;
    price('IBM', 1);
    outbox.sendStale('IBM');
    outbox.sendStale('AAPL');
    socket.bufferedBytes = 0;
    socket.answerSends();
    expect(kinds().slice(1)).toEqual([
      ['stale', undefined, undefined],
      ['price', 2, 0],
      ['stale', undefined, undefined],
    ]);
  });

  test('sends a symbol no more often than its client wants, and its newest price in the end', async () => {
    const { clock, outbox, price, kinds } = build();
    outbox.pace('IBM', 2);
    price('IBM', 0);
    price('AAPL', 7);
    expect(kinds()).toEqual([['price', 8, 0]]);
    await clock.advance(200);
    price('IBM', 1);
    await clock.advance(299);
    expect(kinds()).toHaveLength(1);
    await clock.advance(1);
    price('IBM', 2);
    price('IBM', 3);
    await clock.advance(10_000);
    price('IBM', 4);
    expect(kinds().slice(1)).toEqual([
      ['price', 2, 1],
      ['price', 4, 1],
      ['price', 5, 0],
    ]);
    expect(clock.labels).toEqual([]);
  });

  test('sends what waits for its rate before the notice of a lost feed, and ends its timer', async () => {
    const { clock, outbox, price, kinds } = build();
    outbox.pace('IBM', 1);
    price('IBM', 0);
    outbox.sendStale('IBM');
    expect(kinds()).toEqual([
      ['price', 1, 0],
      ['stale', undefined, undefined],
    ]);
    price('IBM', 1);
    outbox.pace('IBM', undefined);
    price('IBM', 2);
    expect(kinds().at(-1)).toEqual(['price', 3, 1]);
    outbox.pace('IBM', 1);
    price('IBM', 3);
    outbox.end();
    expect(clock.labels).toEqual([]);
    await clock.advance(2000);
    expect(kinds()).toHaveLength(3);
  });

  test('keeps to the slower of both, the rate and the reader', async () => {
    const { clock, socket, outbox, price, kinds } = build();
    outbox.pace('IBM', 1);
    price('IBM', 0);
    socket.bufferedBytes = 1_001;
    await clock.advance(1000);
    expect(kinds()).toEqual([]);
    socket.bufferedBytes = 0;
    price('IBM', 1);
    expect(kinds()).toEqual([['price', 2, 1]]);
  });

  test('sends other frames above the limit, up to the maximum', () => {
    const { socket, outbox, events } = build();
    socket.bufferedBytes = 1_500;
    expect(outbox.send('{"n":1}')).toBe(true);
    socket.bufferedBytes = 1_999;
    expect(outbox.send('{"n":2}')).toBe(false);
    expect(socket.frames).toEqual([{ n: 1 }]);
    expect(events).toEqual(['c-1 overflowed']);
  });

  test('does not send a forgotten price', () => {
    const { socket, outbox, price, sent } = build();
    price('IBM', 0);
    socket.bufferedBytes = 1_001;
    price('AAPL', 1);
    outbox.forget('AAPL');
    socket.bufferedBytes = 0;
    socket.answerSends();
    expect(sent()).toEqual([['IBM', 0]]);
  });

  test('reports a socket that throws or fails, and does not throw', () => {
    const { socket, outbox, events, price } = build();
    price('IBM', 0);
    socket.answerSends(new Error('gone'));
    socket.isOpen = false;
    expect(outbox.send('{}')).toBe(false);
    expect(events).toEqual(['c-1 broken', 'c-1 broken']);
  });

  test('sends nothing after its end', () => {
    const { socket, outbox, events, price } = build();
    price('IBM', 0);
    socket.bufferedBytes = 1_001;
    price('AAPL', 1);
    outbox.end();
    socket.bufferedBytes = 0;
    socket.answerSends(new Error('gone'));
    expect([outbox.send('{}'), price('AAPL', 2)]).toEqual([false, false]);
    expect([socket.frames.length, events.length]).toEqual([1, 0]);
  });
});
