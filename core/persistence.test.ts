import { describe, expect, test } from 'vitest';
import { GatewayWorld } from './test/gateway-world.ts';

const { reconcileEveryMs, leaseRenewEveryMs, leaseMs, storeTimeoutMs } = new GatewayWorld().limits;

describe('persistence', () => {
  test('writes the row of an authenticated connection and removes it at its end', async () => {
    const world = new GatewayWorld();
    const socket = world.connect();
    await world.clock.advance(1);
    expect(world.store.log).toEqual([]);
    socket.say({ type: 'authenticate', token: world.token('trader', 'ada') });
    const sinceMs = world.clock.wallMs();
    await world.clock.advance(1);
    expect([...world.store.rows.values()]).toEqual([
      { connection: 'connection-1', node: 'node-1', user: 'ada', role: 'trader', sinceMs },
    ]);
    socket.leave();
    await world.clock.advance(1);
    expect(world.store.rows.size).toBe(0);
    expect(world.gateway.counts().unsaved).toBe(0);
  });

  test('has one operation per key in flight, and writes the newest state after the older operation has settled', async () => {
    const world = new GatewayWorld();
    world.store.mode = 'silent';
    const socket = world.enter();
    await world.clock.advance(1);
    socket.leave();
    await world.clock.advance(1);
    expect(world.store.log).toEqual(['put connection-1']);
    world.store.waiting.shift()?.succeed();
    await world.clock.advance(1);
    expect(world.store.log).toEqual(['put connection-1', 'remove connection-1']);
    world.store.waiting.shift()?.succeed();
    await world.clock.advance(1);
    expect(world.store.rows.size).toBe(0);
    expect(world.gateway.counts().unsaved).toBe(0);
  });

  test('waits for a silent store at most for its timeout before it writes a newer state', async () => {
    const world = new GatewayWorld();
    world.store.mode = 'silent';
    const socket = world.enter();
    await world.clock.advance(storeTimeoutMs - 1);
    socket.leave();
    expect(world.store.log).toEqual(['put connection-1']);
    await world.clock.advance(1);
    expect(world.store.log).toEqual(['put connection-1', 'remove connection-1']);
    expect(world.notesOf('persistence.failed')).toMatchObject([{ connection: 'connection-1', attempt: 1 }]);
  });

  test('retries with growing delays, and a recovery within the budget raises no alert', async () => {
    const world = new GatewayWorld();
    world.store.mode = 'failing';
    world.enter();
    await world.clock.advance(200 + 400);
    expect(world.store.log).toHaveLength(3);
    world.store.mode = 'working';
    await world.clock.advance(800);
    expect(world.store.rows.size).toBe(1);
    expect([world.alerts, world.gateway.health()]).toEqual([[], 'ok']);
  });

  test('raises one alert when the budget is spent, keeps retrying, and recovers when memory and store agree', async () => {
    const world = new GatewayWorld();
    world.store.mode = 'failing';
    const leaving = world.enter();
    for (let index = 0; index < 9; index += 1) world.enter();
    await world.clock.advance(4_000);
    leaving.leave();
    await world.clock.advance(20_000);
    expect(world.alerts).toMatchObject([{ name: 'store_unreachable', about: 'conn:connection-1' }]);
    expect(world.gateway.health()).toBe('degraded');
    expect(world.notesOf('health.changed')).toMatchObject([{ health: 'degraded' }]);
    world.store.mode = 'working';
    await world.clock.advance(2 * reconcileEveryMs);
    expect(world.store.rows.size).toBe(9);
    expect([world.gateway.health(), world.gateway.counts().unsaved]).toEqual(['ok', 0]);
    expect(world.notesOf('health.changed')).toHaveLength(2);
    expect(world.alerts).toHaveLength(1);
  });

  test('stays degraded until the last key is confirmed', async () => {
    const world = new GatewayWorld();
    world.store.mode = 'failing';
    for (let index = 0; index < 3; index += 1) world.enter();
    await world.clock.advance(5_000);
    world.store.mode = 'working';
    world.store.failingFor = 'connection-2';
    await world.clock.advance(10_000);
    expect([world.gateway.counts().unsaved, world.gateway.health()]).toEqual([1, 'degraded']);
    world.store.failingFor = null;
    await world.clock.advance(2 * reconcileEveryMs);
    expect(world.notesOf('health.changed').map(({ health }) => health)).toEqual(['degraded', 'ok']);
  });

  test('spends its budget although leases become due for renewal', async () => {
    const world = new GatewayWorld();
    world.store.mode = 'silent';
    await world.clock.advance(1);
    world.enter();
    await world.clock.advance(leaseRenewEveryMs + 1_000);
    expect(world.alerts).toMatchObject([{ name: 'store_unreachable' }]);
  });

  test('sends few operations to a failing store while the breaker is open', async () => {
    const world = new GatewayWorld();
    world.store.mode = 'failing';
    for (let index = 0; index < 200; index += 1) world.enter();
    await world.clock.advance(60_000);
    // Thousands without the breaker.
    expect(world.store.log.length).toBeLessThan(200);
    world.store.mode = 'working';
    await world.clock.advance(2 * reconcileEveryMs);
    expect(world.store.rows.size).toBe(200);
  });

  test('renews every lease before it expires, with bounded concurrency', async () => {
    const world = new GatewayWorld({ storeConcurrencyMax: 8 });
    for (let index = 0; index < 100; index += 1) world.enter();
    const sockets = world.gateway.counts().connections;
    await world.clock.advance(1);
    const before = world.store.log.length;
    await world.clock.advance(leaseRenewEveryMs);
    expect(world.store.log.length - before).toBe(sockets);
    expect(world.store.inFlightMax).toBe(8);
    await world.clock.advance(leaseRenewEveryMs);
    expect(world.store.log.length - before).toBe(2 * sockets);
    expect(leaseRenewEveryMs * 3).toBeLessThanOrEqual(leaseMs);
  });

  test('restores a row that the store has lost', async () => {
    const world = new GatewayWorld();
    world.enter();
    await world.clock.advance(1);
    world.store.rows.clear();
    await world.clock.advance(leaseRenewEveryMs);
    expect(world.store.rows.size).toBe(1);
  });

  test('does not accumulate removals while the store is unreachable', async () => {
    const world = new GatewayWorld();
    world.store.mode = 'failing';
    for (let index = 0; index < 50; index += 1) world.enter().leave();
    await world.clock.advance(10_000);
    expect(world.gateway.counts().unsaved).toBe(50);
    await world.clock.advance(2 * leaseMs + 2 * reconcileEveryMs);
    // Their rows have expired. One state is kept, to detect that the store is back.
    expect([world.gateway.counts().unsaved, world.gateway.health()]).toEqual([1, 'degraded']);
    world.store.mode = 'working';
    await world.clock.advance(2 * reconcileEveryMs);
    expect([world.gateway.counts().unsaved, world.gateway.health()]).toEqual([0, 'ok']);
  });
});
