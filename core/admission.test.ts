import { describe, expect, test } from 'vitest';
import { GatewayWorld } from './test/gateway-world.ts';

describe('symbols of a token', () => {
  test('bound what a client may subscribe to and comment on', () => {
    const world = new GatewayWorld();
    const socket = world.connect();
    socket.say({ type: 'authenticate', token: world.token('trader', 'ada', 60_000, ['AAPL']) });
    expect(socket.frames.at(-1)).toMatchObject({ type: 'authenticated', symbols: ['AAPL'] });
    socket.say({ type: 'subscribe', id: 1, symbols: ['AAPL', 'IBM'] });
    expect(socket.frames.at(-1)).toMatchObject({ code: 'symbol_forbidden', id: 1 });
    socket.say({ type: 'comment', id: 2, symbol: 'IBM', text: 'up' });
    expect(socket.frames.at(-1)).toMatchObject({ code: 'symbol_forbidden', id: 2 });
    socket.say({ type: 'subscribe', id: 3, symbols: ['AAPL'] });
    expect(socket.framesOf('subscribed').at(-1)).toMatchObject({ type: 'subscribed', id: 3 });
    expect(world.gateway.counts()).toMatchObject({ subscriptions: 1 });
  });

  test('a refreshed token ends the subscriptions that it does not permit, with the reason', async () => {
    const world = new GatewayWorld();
    const socket = world.enter({ user: 'ada', symbols: ['AAPL', 'IBM', 'MSFT'] });
    socket.say({ type: 'refresh', id: 1, token: world.token('viewer', 'ada', 60_000, ['AAPL']) });
    expect(socket.frames.slice(-2)).toEqual([
      expect.objectContaining({ type: 'refreshed', id: 1, symbols: ['AAPL'] }),
      { type: 'unsubscribed', id: null, symbols: ['IBM', 'MSFT'], reason: 'symbol_forbidden' },
    ]);
    await world.clock.advance(world.limits.historyKeptMs);
    expect(world.feed.open).toEqual(['AAPL']);
    expect(world.audit.map(({ event }) => event)).toContain('unsubscribed');
  });

  test('a refreshed token that permits them ends none', () => {
    const world = new GatewayWorld();
    const socket = world.enter({ user: 'ada', symbols: ['AAPL'] });
    socket.say({ type: 'refresh', id: 1, token: world.token('viewer', 'ada', 60_000, ['AAPL', 'IBM']) });
    expect(socket.framesOf('unsubscribed')).toEqual([]);
  });
});

describe('expiry', () => {
  test('ends a connection at its next frame, also if that is a new token', () => {
    const world = new GatewayWorld();
    const [early, late] = ['ada', 'eve'].map((user) => {
      const socket = world.connect();
      socket.say({ type: 'authenticate', token: world.token('viewer', user, 60_000) });
      return socket;
    });
    world.clock.wallOffsetMs += 60_000 + world.limits.clockToleranceMs - 1;
    early?.say({ type: 'refresh', id: 1, token: world.token('viewer', 'ada') });
    expect(early?.frames.at(-1)).toMatchObject({ type: 'refreshed' });
    world.clock.wallOffsetMs += 1;
    late?.say({ type: 'refresh', id: 1, token: world.token('viewer', 'eve') });
    expect(late?.framesOf('refreshed')).toEqual([]);
    expect([early?.closeCode, late?.closeCode]).toEqual([null, 4401]);
  });
});
