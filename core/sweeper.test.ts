import { describe, expect, test } from 'vitest';
import type { FakeSocket } from './test/fake-socket.ts';
import { GatewayWorld } from './test/gateway-world.ts';

/** An authenticated connection whose client sends nothing. */
const enterSilent = (world: GatewayWorld, symbols: readonly string[] = []): FakeSocket => {
  const socket = world.enter({ symbols });
  socket.isLively = false;
  return socket;
};

const { pingAfterMs, pongWithinMs, sweepEveryMs, authenticateWithinMs } = new GatewayWorld().limits;

describe('the sweeper', () => {
  test('starts with the gateway, and notes each sweep', async () => {
    const world = new GatewayWorld();
    enterSilent(world);
    await world.clock.advance(sweepEveryMs * 3);
    expect(world.notesOf('sweep.ended')).toHaveLength(3);
    expect(world.notesOf('sweep.ended')[0]).toMatchObject({ checked: 1, evicted: 0 });
  });

  test('closes a connection that does not authenticate in time', async () => {
    const world = new GatewayWorld();
    const socket = world.connect();
    await world.clock.advance(authenticateWithinMs - 1);
    expect(socket.ending).toBeNull();
    await world.clock.advance(sweepEveryMs);
    expect([socket.closeCode, socket.frames]).toEqual([4408, []]);
    expect(world.gateway.counts().connections).toBe(0);
  });

  test.each([0, 1, 2_500, 4_999])(
    'has torn a silent connection down in time, %d ms after a sweep',
    async (offsetMs) => {
      const world = new GatewayWorld();
      await world.clock.advance(offsetMs);
      const socket = enterSilent(world, ['AAPL']);
      await world.clock.advance(pingAfterMs);
      expect(socket.pings).toBe(1);
      // It had the full time to answer.
      await world.clock.advance(pongWithinMs - 1);
      expect(socket.ending).toBeNull();
      await world.clock.advance(sweepEveryMs);
      expect(socket.ending).toBe('terminated');
      // The gateway does not wait for a confirmation.
      expect(world.gateway.counts()).toMatchObject({ connections: 0, subscriptions: 0 });
      expect(world.notesOf('connection.closed')).toMatchObject([{ code: 1006 }]);
    },
  );

  test.each(['pong', 'message'] as const)('keeps a connection that answers with a %s', async (kind) => {
    const world = new GatewayWorld();
    const socket = enterSilent(world, ['AAPL']);
    for (let round = 0; round < 20; round += 1) {
      await world.clock.advance(pongWithinMs - 1);
      if (kind === 'pong') socket.pong();
      else socket.say({ type: 'subscribe', id: 1, symbols: ['AAPL'] });
    }
    expect(socket.ending).toBeNull();
  });

  test('pings once for each silence, and never a client that sends frames', async () => {
    const world = new GatewayWorld();
    const socket = enterSilent(world);
    await world.clock.advance(pingAfterMs + pongWithinMs - 1);
    expect(socket.pings).toBe(1);
    socket.pong();
    await world.clock.advance(pingAfterMs - sweepEveryMs - 1);
    expect(socket.pings).toBe(1);
    await world.clock.advance(sweepEveryMs + 1);
    expect(socket.pings).toBe(2);
  });

  test('pings again after a ping that was answered with a message', async () => {
    const world = new GatewayWorld();
    const socket = enterSilent(world);
    await world.clock.advance(pingAfterMs);
    socket.say({ type: 'subscribe', id: 1, symbols: ['AAPL'] });
    socket.isLively = true;
    await world.clock.advance(2 * (pingAfterMs + pongWithinMs));
    expect(socket.pings).toBeGreaterThan(1);
    expect(socket.ending).toBeNull();
  });

  test('allows the full time to answer even if the ping is late', async () => {
    const world = new GatewayWorld();
    const socket = enterSilent(world);
    await world.clock.advance(pingAfterMs - 2 * sweepEveryMs);
    world.clock.oversleep(pingAfterMs);
    await world.clock.advance(pongWithinMs - 1);
    expect([socket.pings, socket.ending]).toEqual([1, null]);
    await world.clock.advance(sweepEveryMs);
    expect(socket.ending).toBe('terminated');
  });

  test('survives sockets that throw, and sweeps the others', async () => {
    const world = new GatewayWorld();
    const closed = enterSilent(world);
    const odd = enterSilent(world);
    const silent = enterSilent(world);
    closed.isOpen = false;
    odd.terminate = () => {
      throw new TypeError('odd');
    };
    await world.clock.advance(pingAfterMs + pongWithinMs + sweepEveryMs);
    expect(world.gateway.counts().connections).toBe(0);
    expect(silent.ending).toBe('terminated');
    await world.clock.advance(sweepEveryMs);
    expect(world.notesOf('sweep.ended')).toHaveLength(9);
  });

  test('closes a connection whose token expires', async () => {
    const world = new GatewayWorld();
    const socket = world.connect();
    socket.say({ type: 'authenticate', token: world.token('viewer', 'ada', 12_000) });
    await world.clock.advance(11_000 + world.limits.clockToleranceMs);
    expect(socket.ending).toBeNull();
    await world.clock.advance(1_000 + sweepEveryMs);
    expect(socket.closeCode).toBe(4401);
  });

  test('does not drop clients because the process was suspended', async () => {
    const world = new GatewayWorld();
    const socket = enterSilent(world);
    await world.clock.advance(pingAfterMs);
    world.clock.oversleep(60_000);
    await world.clock.advance(1);
    expect(socket.ending).toBeNull();
    // Its pong had arrived but was not read yet.
    socket.pong();
    await world.clock.advance(sweepEveryMs);
    expect(socket.ending).toBeNull();
  });
});
