import { describe, expect, test, vi } from 'vitest';
import { ClientWorld } from '../test/client-world.ts';

async function subscribed(): Promise<ClientWorld> {
  const world = new ClientWorld();
  world.client.subscribe(['AAPL']);
  await world.enter();
  world.welcome('AAPL', 4);
  return world;
}

/** Breaks the connection, and lets the client connect again. */
async function reconnect(world: ClientWorld, symbols: readonly string[] | null = null): Promise<void> {
  world.socket.end(1006);
  await world.clock.advance(30_000);
  world.socket.open();
  world.authenticate(3_600_000, symbols);
}

describe('a rate', () => {
  test('is asked for with each request, also after a reconnection', async () => {
    const world = new ClientWorld();
    world.client.subscribe(['AAPL', 'IBM'], { maxPerSecond: 2 });
    world.client.subscribe(['MSFT', 'AAPL']);
    const asked = () =>
      world.socket.sent
        .filter(({ type }) => type === 'subscribe')
        .map(({ symbols, maxPerSecond }) => [symbols, maxPerSecond] as unknown);
    const expected = [
      [['AAPL', 'IBM'], 2],
      [['MSFT'], undefined],
    ];
    await world.enter();
    expect(asked()).toEqual(expected);
    await reconnect(world);
    expect(asked()).toEqual(expected);
  });
});

describe('prices', () => {
  test('are handed over after a snapshot', async () => {
    const world = await subscribed();
    world.price('AAPL', 5);
    world.price('AAPL', 8, { skipped: 2 });
    expect(world.handedOver).toEqual(['snapshot AAPL 4', 'price AAPL 5', 'price AAPL 8']);
  });

  test('are handed over once', async () => {
    const world = await subscribed();
    for (const sequence of [5, 5, 4, 6]) world.price('AAPL', sequence);
    expect(world.handedOver).toEqual(['snapshot AAPL 4', 'price AAPL 5', 'price AAPL 6']);
  });

  test('after a gap, or of another epoch, are snapshots', async () => {
    const world = await subscribed();
    world.price('AAPL', 7);
    world.price('AAPL', 8, { epoch: 'e2' });
    world.price('AAPL', 9, { epoch: 'e2' });
    expect(world.handedOver).toEqual(['snapshot AAPL 4', 'snapshot AAPL 7', 'snapshot AAPL 8', 'price AAPL 9']);
  });

  test('before the first known one is a snapshot without a price', async () => {
    const world = new ClientWorld();
    world.client.subscribe(['AAPL']);
    await world.enter();
    world.socket.receive({ type: 'subscribed', id: 1, symbols: ['AAPL'] });
    const none = { price: null, epoch: null, sequence: 0, quotedAt: null };
    world.socket.receive({ type: 'snapshot', symbol: 'AAPL', recovered: false, ...none });
    world.price('AAPL', 1);
    expect(world.events).toMatchObject([
      ['snapshot', { symbol: 'AAPL', price: null }],
      ['price', { sequence: 1 }],
    ]);
  });

  test('of an earlier subscription are dropped', async () => {
    const world = await subscribed();
    world.client.unsubscribe(['AAPL']);
    world.price('AAPL', 5);
    world.client.subscribe(['AAPL']);
    world.price('AAPL', 6);
    const { id } = world.socket.last('unsubscribe');
    world.socket.receive({ type: 'unsubscribed', id: Number(id), symbols: ['AAPL'], reason: null });
    world.welcome('AAPL', 7);
    expect(world.socket.last('subscribe')).not.toHaveProperty('resume');
    expect(world.handedOver).toEqual(['snapshot AAPL 4', 'snapshot AAPL 7']);
  });

  test('and comments arrive also if a listener throws', async () => {
    const world = await subscribed();
    const later: (() => void)[] = [];
    vi.stubGlobal('queueMicrotask', (act: () => void) => later.push(act));
    world.client.on('price', () => {
      throw new Error('in a listener');
    });
    world.price('AAPL', 5);
    world.price('AAPL', 6);
    vi.unstubAllGlobals();
    expect(later).toHaveLength(2);
    expect(later[0]).toThrow('in a listener');
    world.socket.receive({ type: 'comment', symbol: 'AAPL', from: 'eve', text: '<up>' });
    expect(world.handedOver).toEqual(['snapshot AAPL 4', 'price AAPL 5', 'price AAPL 6']);
    expect(world.events.at(-1)).toEqual(['comment', { symbol: 'AAPL', from: 'eve', text: '<up>' }]);
  });
});

describe('after a reconnection', () => {
  test('missed prices are handed over, and the client says that it has all', async () => {
    const world = await subscribed();
    world.price('AAPL', 5);
    await reconnect(world);
    const { id, resume } = world.socket.last('subscribe');
    expect(resume).toEqual([{ symbol: 'AAPL', epoch: 'e1', sequence: 5 }]);
    world.price('AAPL', 6);
    world.socket.receive({ type: 'subscribed', id: Number(id), symbols: ['AAPL'] });
    const prices = [6, 7].map((sequence) => ({ price: 1, sequence, quotedAt: '2000-01-01' }));
    world.socket.receive({ type: 'batch', symbol: 'AAPL', recovered: true, epoch: 'e1', prices });
    world.price('AAPL', 8);
    expect(world.handedOver).toEqual([4, 5, 6, 7, 8].map((n) => `${n === 4 ? 'snapshot' : 'price'} AAPL ${n}`));
    expect(world.events).toContainEqual(['recovered', { symbol: 'AAPL', prices: 2 }]);
  });

  test('a snapshot says that prices may be missing', async () => {
    const world = await subscribed();
    await reconnect(world);
    world.welcome('AAPL', 2, 'e2');
    world.price('AAPL', 3, { epoch: 'e2' });
    expect(world.handedOver).toEqual(['snapshot AAPL 4', 'snapshot AAPL 2', 'price AAPL 3']);
    await reconnect(world);
    expect(world.socket.last('subscribe')['resume']).toEqual([{ symbol: 'AAPL', epoch: 'e2', sequence: 3 }]);
  });

  test('symbols that the new token does not permit end with the reason', async () => {
    const world = await subscribed();
    world.client.subscribe(['IBM']);
    await reconnect(world, ['IBM']);
    expect(world.socket.last('subscribe')).toMatchObject({ symbols: ['IBM'] });
    expect(world.events.at(-1)).toEqual(['unsubscribed', { symbols: ['AAPL'], code: 'symbol_forbidden' }]);
    expect(world.client.symbols).toEqual(['IBM']);
  });
});

describe('subscriptions', () => {
  test('of many symbols are requested in parts', async () => {
    const world = new ClientWorld();
    world.client.subscribe(Array.from({ length: 70 }, (_, index) => `S${index}`));
    await world.enter();
    const parts = world.socket.sent.filter(({ type }) => type === 'subscribe');
    expect(parts.map(({ symbols }) => (symbols as string[]).length)).toEqual([32, 32, 6]);
  });

  test('of which one is refused are requested one by one', async () => {
    const world = new ClientWorld();
    await world.enter();
    world.client.subscribe(['AAPL', 'NONE']);
    const refuse = (id: number) =>
      world.socket.receive({ type: 'error', code: 'unknown_symbol', id, text: 'unknown symbol' });
    refuse(1);
    await world.clock.advance(0);
    expect(world.socket.sent.slice(-2)).toEqual([
      { type: 'subscribe', symbols: ['AAPL'], id: 2 },
      { type: 'subscribe', symbols: ['NONE'], id: 3 },
    ]);
    refuse(3);
    await world.clock.advance(0);
    expect(world.events).toEqual([['unsubscribed', { symbols: ['NONE'], code: 'unknown_symbol' }]]);
    expect(world.client.symbols).toEqual(['AAPL']);
  });

  test('that the gateway ends say why, and are not requested again', async () => {
    const world = await subscribed();
    world.socket.receive({ type: 'unsubscribed', id: null, symbols: ['AAPL'], reason: 'symbol_forbidden' });
    world.price('AAPL', 5);
    expect(world.events.at(-1)).toEqual(['unsubscribed', { symbols: ['AAPL'], code: 'symbol_forbidden' }]);
    await reconnect(world);
    expect(world.socket.sent.map(({ type }) => type)).toEqual(['authenticate']);
  });

  test('are requested once if a listener adds one when the connection opens', async () => {
    const world = new ClientWorld();
    world.client.on('state', ({ state }) => state === 'open' && world.client.subscribe(['IBM']));
    world.client.subscribe(['AAPL']);
    await world.enter();
    expect(world.socket.sent.slice(1).map(({ symbols }) => symbols as unknown)).toEqual([['IBM'], ['AAPL']]);
  });

  test('whose source is lost are stale', async () => {
    const world = await subscribed();
    world.socket.receive({ type: 'stale', symbol: 'AAPL' });
    expect(world.events.at(-1)).toEqual(['stale', { symbol: 'AAPL' }]);
  });
});
