import { describe, expect, test, vi } from 'vitest';
import { FakeRates } from './test/fake-rates.ts';
import type { FakeSocket } from './test/fake-socket.ts';
import { GatewayWorld } from './test/gateway-world.ts';

const overrides = {
  subscriptionsMax: 2,
  framesBurst: 20,
  framesPerSecond: 1,
  userFramesBurst: 20,
  userFramesPerSecond: 1,
};

/** Two gateways with separate clocks, which share a store. */
class Pair {
  readonly rates: FakeRates = new FakeRates(() => this.a.clock.monotonicMs());
  readonly a = new GatewayWorld(overrides, { rates: this.rates });
  readonly b = new GatewayWorld(overrides, { rates: this.rates });

  async advance(ms: number): Promise<void> {
    for (let passedMs = 0; passedMs < ms; passedMs += 100) {
      await this.a.clock.advance(100);
      await this.b.clock.advance(100);
    }
  }
}

const ada = { user: 'ada' };

function ping(socket: FakeSocket, times: number): number | null {
  for (let count = 0; count < times; count += 1) socket.say({ type: 'ping', id: count });
  return socket.closeCode;
}

describe('the rate of a user over several gateways', () => {
  test('is bounded once they have told each other', async () => {
    const pair = new Pair();
    const [first, second] = [pair.a.enter(ada), pair.b.enter(ada)];
    await pair.advance(1000);
    expect(ping(first, 14)).toBeNull();
    await pair.advance(1000);
    // 16 frames less 2, of 21.
    expect(ping(second, 6)).toBeNull();
    expect(second.framesOf('slow_down')).toHaveLength(1);
    expect(ping(second, 2)).toBe(4429);
    expect(pair.b.enter(ada).closeCode).toBe(4429);
    expect(pair.b.enter({ user: 'bob' }).closeCode).toBeNull();
  });

  test('counts each frame once, and at a gateway to which the user connects later', async () => {
    const pair = new Pair();
    const first = pair.a.enter(ada);
    ping(first, 17);
    await pair.advance(1000);
    expect(pair.rates.added).toBe(18);
    const second = pair.b.enter(ada);
    await pair.advance(500);
    expect(ping(second, 6)).toBe(4429);
  });

  test('is exchanged for many users at once without a warning of too many listeners', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue();
    const pair = new Pair();
    for (let count = 0; count < 30; count += 1) pair.a.enter({ user: `user-${count}` });
    await pair.advance(1000);
    expect(pair.rates.added).toBe(30);
    expect(warn.mock.calls).toEqual([]);
    warn.mockRestore();
  });

  test('is bounded by each alone while the store is away, and together soon after that', async () => {
    const pair = new Pair();
    const [first, second] = [pair.a.enter(ada), pair.b.enter(ada)];
    await pair.advance(1000);
    pair.rates.isAway = true;
    await pair.advance(20_000);
    expect([ping(first, 19), ping(second, 19)]).toEqual([null, null]);
    expect(pair.a.alerts.map(({ name }) => name)).toEqual(['rates_unsynced']);
    await pair.advance(20_000);
    pair.rates.isAway = false;
    await pair.advance(2000);
    expect(ping(first, 14)).toBeNull();
    await pair.advance(1000);
    expect(ping(second, 9)).toBe(4429);
    expect(pair.a.gateway.health()).toBe('ok');
  });
});
