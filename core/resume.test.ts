import { describe, expect, test } from 'vitest';
import type { FakeSocket } from './test/fake-socket.ts';
import { GatewayWorld } from './test/gateway-world.ts';

/** A gateway with a subscriber of AAPL that has the prices 1 and 2. */
async function withTwoPrices(overrides: ConstructorParameters<typeof GatewayWorld>[0] = {}) {
  const world = new GatewayWorld(overrides);
  const socket = world.enter({ symbols: ['AAPL'] });
  await world.clock.advance(1);
  await publish(world, 1, 2);
  return { world, socket };
}

async function publish(world: GatewayWorld, ...prices: readonly number[]): Promise<void> {
  for (const price of prices) world.feed.publish('AAPL', price);
  await world.clock.advance(1);
}

const subscribe = (socket: FakeSocket, sequence: number, epoch = 'epoch-1'): void =>
  socket.say({ type: 'subscribe', id: 9, symbols: ['AAPL'], resume: [{ symbol: 'AAPL', epoch, sequence }] });

/** What the frames after the last answer to a subscription say. */
function welcomeOf(socket: FakeSocket): unknown[] {
  const at = socket.frames.findLastIndex(({ type }) => type === 'subscribed');
  return socket.frames
    .slice(at + 1)
    .map(({ type, prices, sequence }) => [
      type,
      Array.isArray(prices) ? prices.map((price: { sequence: number }) => price.sequence) : sequence,
    ]);
}

const nothingYet = {
  type: 'snapshot',
  symbol: 'AAPL',
  recovered: false,
  price: null,
  epoch: null,
  sequence: 0,
  quotedAt: null,
};

describe('a subscription', () => {
  test('is answered with a snapshot of each symbol, once', async () => {
    const { world } = await withTwoPrices();
    const socket = world.enter();
    socket.say({ type: 'subscribe', id: 1, symbols: ['AAPL', 'IBM', 'AAPL'] });
    expect(socket.frames.slice(1)).toEqual([
      { type: 'subscribed', id: 1, symbols: ['AAPL', 'IBM', 'AAPL'] },
      { ...nothingYet, price: 2, epoch: 'epoch-1', sequence: 2, quotedAt: '2010-03-01' },
      { ...nothingYet, symbol: 'IBM' },
    ]);
  });

  test('resumes with all prices after its position in one batch, and goes on from there', async () => {
    const { world, socket } = await withTwoPrices();
    socket.leave();
    await publish(world, 3, 4);
    const again = world.enter();
    subscribe(again, 1);
    await publish(world, 5);
    expect(again.framesOf('batch')).toEqual([
      {
        type: 'batch',
        symbol: 'AAPL',
        recovered: true,
        epoch: 'epoch-1',
        prices: [2, 3, 4].map((price) => ({ price, sequence: price, quotedAt: '2010-03-01' })),
      },
    ]);
    expect(welcomeOf(again)).toEqual([
      ['batch', [2, 3, 4]],
      ['price', 5],
    ]);
  });

  test.each([
    ['a position of another epoch', 1, 'another', {}],
    ['a price that is not kept', 0, 'epoch-1', { historyPricesMax: 1 }],
    ['a position ahead of the feed', 3, 'epoch-1', {}],
  ])('gets a snapshot for %s', async (_what, sequence, epoch, overrides) => {
    const { socket } = await withTwoPrices(overrides);
    subscribe(socket, sequence, epoch);
    expect(welcomeOf(socket)).toEqual([['snapshot', 2]]);
  });

  test('gets an empty batch if it has missed nothing', async () => {
    const { socket } = await withTwoPrices();
    subscribe(socket, 2);
    expect(welcomeOf(socket)).toEqual([['batch', []]]);
  });

  test('gets a snapshot and no part of a batch that its outbox cannot take', async () => {
    const { world, socket } = await withTwoPrices();
    socket.bufferedBytes = world.limits.outboxMaxBytes - 400;
    subscribe(socket, 0);
    // A batch leaves room for a snapshot.
    expect([welcomeOf(socket), socket.ending]).toEqual([[['snapshot', 2]], null]);
  });

  test('gets a snapshot when the history is no longer kept', async () => {
    const { world, socket } = await withTwoPrices();
    socket.leave();
    await world.clock.advance(world.limits.historyKeptMs + 1);
    const again = world.enter();
    subscribe(again, 2);
    await world.clock.advance(1);
    await publish(world, 3);
    // The price does not follow what the client has, which is nothing.
    expect(welcomeOf(again)).toEqual([
      ['snapshot', 0],
      ['snapshot', 3],
    ]);
  });

  test('to a lost feed is notified, and gets a snapshot on its return', async () => {
    const { world } = await withTwoPrices();
    world.feed.breakDown();
    await world.clock.advance(1);
    const socket = world.enter({ symbols: ['AAPL'] });
    await world.clock.advance(world.limits.feedRestartBaseMs);
    await publish(world, 3);
    expect(welcomeOf(socket)).toEqual([
      ['snapshot', 2],
      ['stale', undefined],
      ['snapshot', 3],
    ]);
  });

  test('drops the price that waits for the client: the snapshot is newer', async () => {
    const { world, socket } = await withTwoPrices();
    socket.bufferedBytes = world.limits.outboxConflateBytes + 1;
    await publish(world, 3);
    subscribe(socket, 2);
    socket.bufferedBytes = 0;
    socket.answerSends();
    await publish(world, 4);
    expect(welcomeOf(socket)).toEqual([
      ['batch', [3]],
      ['price', 4],
    ]);
  });
});

describe('a gap of the feed', () => {
  test('of numbers or of epochs is followed by a snapshot', async () => {
    const { world, socket } = await withTwoPrices();
    world.feed.skip('AAPL');
    await publish(world, 4, 5);
    world.feed.restart();
    await publish(world, 6, 7);
    expect(welcomeOf(socket).slice(1)).toEqual([
      ['price', 1],
      ['price', 2],
      ['snapshot', 4],
      ['price', 5],
      ['snapshot', 1],
      ['price', 2],
    ]);
  });
});
