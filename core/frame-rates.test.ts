import { describe, expect, test } from 'vitest';
import type { FakeSocket } from './test/fake-socket.ts';
import { GatewayWorld } from './test/gateway-world.ts';

const limits = {
  subscriptionsMax: 2,
  framesBurst: 8,
  framesPerSecond: 2,
  userFramesBurst: 12,
  userFramesPerSecond: 4,
};

function ping(socket: FakeSocket, times: number): void {
  for (let count = 0; count < times; count += 1) socket.say({ type: 'ping', id: count });
}

describe('the rate of frames', () => {
  test('of a connection: a warning when little is left, then 4429', () => {
    const world = new GatewayWorld(limits);
    const socket = world.enter({ user: 'ada' });
    ping(socket, 5);
    expect(socket.framesOf('slow_down')).toEqual([]);
    ping(socket, 1);
    expect(socket.framesOf('slow_down')).toEqual([{ type: 'slow_down', left: 1 }]);
    ping(socket, 1);
    expect(socket.closeCode).toBeNull();
    ping(socket, 1);
    expect(socket.closeCode).toBe(4429);
    expect(socket.framesOf('pong')).toHaveLength(7);
    expect(socket.framesOf('slow_down')).toHaveLength(1);
  });

  test('of a connection is not forgotten by a sweep', async () => {
    const world = new GatewayWorld(limits);
    const socket = world.enter({ user: 'ada' });
    await world.clock.advance(world.limits.sweepEveryMs - 100);
    ping(socket, 7);
    await world.clock.advance(200);
    ping(socket, 1);
    expect(socket.closeCode).toBeNull();
    ping(socket, 1);
    expect(socket.closeCode).toBe(4429);
  });

  test('of a user, over several connections and after a reconnect', () => {
    const world = new GatewayWorld(limits);
    const sockets = [world.enter({ user: 'ada' }), world.enter({ user: 'ada' })];
    for (const socket of sockets) ping(socket, 5);
    const other = world.enter({ user: 'bob' });
    expect(world.enter({ user: 'ada' }).closeCode).toBe(4429);
    ping(sockets[1] as FakeSocket, 1);
    expect(sockets[1]?.ending).toEqual({ code: 4429, reason: 'too many frames of the user' });
    ping(other, 5);
    expect([other.closeCode, sockets[0]?.closeCode]).toEqual([null, null]);
    sockets[0]?.leave();
    expect(world.enter({ user: 'ada' }).closeCode).toBe(4429);
  });

  test('refuses no client that keeps to it, and warns again only after a rest', async () => {
    const world = new GatewayWorld(limits);
    const socket = world.enter({ user: 'ada' });
    ping(socket, 7);
    for (let second = 0; second < 20; second += 1) {
      await world.clock.advance(1000);
      ping(socket, 2);
    }
    expect([socket.closeCode, socket.framesOf('slow_down').length]).toEqual([null, 1]);
    await world.clock.advance(10_000);
    ping(socket, 7);
    expect([socket.closeCode, socket.framesOf('slow_down').length]).toEqual([null, 2]);
  });
});
