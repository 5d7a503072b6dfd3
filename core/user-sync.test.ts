import { describe, expect, test } from 'vitest';
import type { FakeSocket } from './test/fake-socket.ts';
import { FakeUsers } from './test/fake-users.ts';
import { GatewayWorld } from './test/gateway-world.ts';

/** Two gateways with separate clocks, which share a store. */
class Pair {
  readonly users: FakeUsers = new FakeUsers(() => this.a.clock.monotonicMs());
  readonly a: GatewayWorld;
  readonly b: GatewayWorld;

  constructor() {
    this.a = this.#world('a');
    this.b = this.#world('b');
  }

  #world(node: string): GatewayWorld {
    const overrides = { connectionsPerUserMax: 2 };
    let count = 0;
    const entropy = {
      id: (label: string) => (label === 'node' ? node : `${node}-${label}-${String((count += 1))}`),
      fraction: () => 0,
    };
    return new GatewayWorld(overrides, { users: this.users, entropy });
  }

  async advance(ms: number): Promise<void> {
    for (let passedMs = 0; passedMs < ms; passedMs += 100) {
      await this.a.clock.advance(100);
      await this.b.clock.advance(100);
    }
  }
}

const ada = { user: 'ada' };
const codesOf = (sockets: readonly FakeSocket[]): readonly (number | null)[] =>
  sockets.map(({ closeCode }) => closeCode);

describe('the limit of connections of a user', () => {
  test('holds on all nodes: the oldest is replaced, wherever it is', async () => {
    const pair = new Pair();
    const sockets: FakeSocket[] = [];
    for (const world of [pair.a, pair.b, pair.b, pair.a]) {
      sockets.push(world.enter(ada));
      await pair.advance(1000);
    }
    pair.a.enter({ user: 'bob' });
    await pair.advance(1000);
    expect(codesOf(sockets)).toEqual([4409, 4409, null, null]);
    expect(pair.a.gateway.counts()).toMatchObject({ connections: 2, authenticated: 2, unsaved: 0 });
  });

  test('holds again soon after the store was away, or has lost its data', async () => {
    const pair = new Pair();
    const old = [pair.a.enter(ada), pair.a.enter(ada)];
    await pair.advance(1000);
    pair.users.isAway = true;
    await pair.advance(1000);
    const newer = [pair.b.enter(ada), pair.b.enter(ada)];
    await pair.advance(4000);
    expect(codesOf([...old, ...newer])).toEqual([null, null, null, null]);
    pair.users.loseData();
    pair.users.isAway = false;
    await pair.advance(1500);
    expect(codesOf([...old, ...newer])).toEqual([4409, 4409, null, null]);
  });

  test('does not count connections of a node that no longer lives', async () => {
    const pair = new Pair();
    const old = pair.a.enter(ada);
    await pair.advance(1000);
    pair.b.enter(ada);
    await pair.advance(1000);
    // As if it had died, and its lease had expired.
    pair.users.held.get('ada')?.set('c', pair.users.held.get('ada')?.get('b') ?? []);
    pair.b.gateway.stop().catch(() => undefined);
    await pair.advance(5000);
    const next = pair.a.enter(ada);
    await pair.advance(1000);
    expect(codesOf([old, next])).toEqual([null, null]);
    expect([...pair.users.alive]).toEqual(['a']);
  });

  test('raises one alert, and degrades health, while the store stays away', async () => {
    const pair = new Pair();
    pair.users.isAway = true;
    await pair.advance(pair.a.limits.storeRetryBudgetMs + 2000);
    expect(pair.a.alerts.map(({ name }) => name)).toEqual(['users_unsynced']);
    expect(pair.a.gateway.health()).toBe('degraded');
    pair.users.isAway = false;
    await pair.advance(1000);
    expect(pair.a.gateway.health()).toBe('ok');
  });
});
