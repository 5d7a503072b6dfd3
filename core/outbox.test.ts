import { expect, describe, test } from 'vitest';
import { limits } from './limits.ts';
import { Outbox } from './outbox.ts';
import { FakeSocket } from './test/fake-socket.ts';

const table = limits({ payloadMaxBytes: 600, outboxConflateBytes: 1_000, outboxMaxBytes: 2_000 });

function build() {
  const socket = new FakeSocket();
  const events: string[] = [];
  const outbox = new Outbox({
    socket,
    limits: table,
    overflowed: () => void events.push('overflowed'),
    broken: () => void events.push('broken'),
  });
  const price = (symbol: string, value: number): boolean => outbox.sendPrice(symbol, JSON.stringify({ symbol, value }));
  const sent = (): unknown[] => socket.frames.map(({ symbol, value }) => [symbol, value]);
  return { socket, outbox, events, price, sent };
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
    const { socket, price, sent } = build();
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
  });

  test('sends other frames above the limit, up to the maximum', () => {
    const { socket, outbox, events } = build();
    socket.bufferedBytes = 1_500;
    expect(outbox.send('{"n":1}')).toBe(true);
    socket.bufferedBytes = 1_999;
    expect(outbox.send('{"n":2}')).toBe(false);
    expect(socket.frames).toEqual([{ n: 1 }]);
    expect(events).toEqual(['overflowed']);
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
    expect(events).toEqual(['broken', 'broken']);
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
