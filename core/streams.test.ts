import { describe, expect, test } from 'vitest';
import { GatewayWorld } from './test/gateway-world.ts';

const streams = (world: GatewayWorld): readonly string[] =>
  world.runningTasks.filter((label) => label.startsWith('stream:'));

describe('streams', () => {
  test('run once per symbol, from its first subscriber until historyKeptMs after the last', async () => {
    const world = new GatewayWorld();
    const { historyKeptMs } = world.limits;
    const [first, second] = [world.enter({ symbols: ['AAPL'] }), world.enter({ symbols: ['AAPL', 'IBM'] })];
    await world.clock.advance(1);
    expect(world.feed.opened).toEqual(['AAPL', 'IBM']);
    first.leave();
    await world.clock.advance(historyKeptMs + 1);
    expect(streams(world)).toEqual(['stream:AAPL', 'stream:IBM']);
    second.say({ type: 'unsubscribe', id: 1, symbols: ['AAPL'] });
    await world.clock.advance(historyKeptMs - 1);
    expect(streams(world)).toEqual(['stream:AAPL', 'stream:IBM']);
    await world.clock.advance(1);
    expect(streams(world)).toEqual(['stream:IBM']);
    second.leave();
    await world.clock.advance(historyKeptMs);
    expect([streams(world), world.feed.open]).toEqual([[], []]);
  });

  test('never run twice for a symbol, even if subscribers change quickly', async () => {
    const world = new GatewayWorld();
    const socket = world.enter();
    for (let round = 0; round < 5; round += 1) {
      socket.say({ type: 'subscribe', id: 1, symbols: ['AAPL'] });
      socket.say({ type: 'unsubscribe', id: 1, symbols: ['AAPL'] });
    }
    socket.say({ type: 'subscribe', id: 1, symbols: ['AAPL'] });
    await world.clock.advance(1);
    expect([streams(world), world.feed.open]).toEqual([['stream:AAPL'], ['AAPL']]);
    let running = 0;
    for (const { note, label } of world.notes) {
      if (note === 'task.started' && label === 'stream:AAPL') expect((running += 1)).toBe(1);
      if (note === 'task.ended') running = 0;
    }
    world.feed.publish('AAPL', 1);
    await world.clock.advance(1);
    expect(socket.framesOf('price')).toHaveLength(1);
  });

  test('send nothing to a client that has unsubscribed', async () => {
    const world = new GatewayWorld();
    const [staying, leaving] = [world.enter({ symbols: ['AAPL'] }), world.enter({ symbols: ['AAPL'] })];
    await world.clock.advance(1);
    leaving.bufferedBytes = world.limits.outboxConflateBytes + 1;
    world.feed.publish('AAPL', 1);
    await world.clock.advance(1);
    leaving.say({ type: 'unsubscribe', id: 1, symbols: ['AAPL'] });
    leaving.bufferedBytes = 0;
    leaving.answerSends();
    world.feed.publish('AAPL', 2);
    await world.clock.advance(1);
    expect(staying.framesOf('price').map(({ price }) => price)).toEqual([1, 2]);
    expect(leaving.framesOf('price')).toEqual([]);
    expect(leaving.frames.at(-1)).toEqual({ type: 'unsubscribed', id: 1, symbols: ['AAPL'], reason: null });
  });

  test('restart after a feed failed: stale at once, and a snapshot of the next price', async () => {
    const world = new GatewayWorld();
    const socket = world.enter({ symbols: ['AAPL'] });
    await world.clock.advance(1);
    world.feed.publish('AAPL', 1);
    world.feed.publish('AAPL', 2);
    await world.clock.advance(1);
    world.feed.breakDown();
    await world.clock.advance(world.limits.feedRestartBaseMs);
    world.feed.publish('AAPL', 3);
    world.feed.publish('AAPL', 4);
    await world.clock.advance(1);
    expect(socket.frames.slice(3).map(({ type, price, sequence }) => [type, price, sequence])).toEqual([
      ['price', 1, 1],
      ['price', 2, 2],
      ['stale', undefined, undefined],
      ['snapshot', 3, 3],
      ['price', 4, 4],
    ]);
    expect(world.alerts).toEqual([]);
  });

  test('raise one alert for a feed that keeps failing, and recover with it', async () => {
    const world = new GatewayWorld();
    world.feed.isBroken = true;
    world.enter({ symbols: ['AAPL'] });
    await world.clock.advance(60_000);
    expect(world.alerts).toMatchObject([{ name: 'feed_broken', about: 'AAPL' }]);
    expect(world.gateway.health()).toBe('degraded');
    // Delays grow from 0.5 s to 10 s.
    expect(world.feed.opened.length).toBeLessThan(15);
    world.feed.isBroken = false;
    await world.clock.advance(world.limits.feedRestartMaxMs);
    world.feed.publish('AAPL', 1);
    await world.clock.advance(1);
    expect(world.gateway.health()).toBe('ok');
  });

  test('raise no alert for failures that are not in a row, or when the subscriber leaves', async () => {
    const world = new GatewayWorld();
    const socket = world.enter({ symbols: ['AAPL'] });
    const fail = async (): Promise<void> => {
      await world.clock.advance(1);
      world.feed.breakDown();
      await world.clock.advance(world.limits.feedRestartMaxMs);
    };
    for (let round = 0; round < world.limits.feedFailuresMax; round += 1) {
      await fail();
      world.feed.publish('AAPL', round);
    }
    for (let round = 1; round < world.limits.feedFailuresMax; round += 1) await fail();
    socket.leave();
    await world.clock.advance(world.limits.historyKeptMs);
    expect([world.alerts, world.notesOf('health.changed')]).toEqual([[], []]);
  });

  test('of a failing feed end after their last subscriber, even during a pause', async () => {
    const world = new GatewayWorld();
    world.feed.isBroken = true;
    const socket = world.enter({ symbols: ['AAPL'] });
    await world.clock.advance(5_000);
    socket.leave();
    await world.clock.advance(world.limits.historyKeptMs);
    expect(streams(world)).toEqual([]);
    expect(world.clock.labels).toEqual(['rates', 'reconcile', 'revocations', 'sweep', 'users']);
    expect(world.gateway.health()).toBe('ok');
  });
});
