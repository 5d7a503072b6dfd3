import { describe, expect, test } from 'vitest';
import type { Revocation } from './ports.ts';
import { FakeRevocations } from './test/fake-revocations.ts';
import { GatewayWorld } from './test/gateway-world.ts';

const revoke = (subject: 'user' | 'token', name: string) => ({ type: 'revoke', id: 9, subject, name });

function build(overrides = {}) {
  const store = new FakeRevocations();
  const world = new GatewayWorld(overrides, { revocations: store });
  return { store, world, admin: world.enter({ user: 'root', role: 'admin' }) };
}

describe('revoking', () => {
  test('a user ends all its connections, and none of its tokens is accepted again', () => {
    const { world, admin } = build();
    const [ada, again, eve] = ['ada', 'ada', 'eve'].map((user) => world.enter({ user }));
    const token = world.token('viewer', 'ada');
    admin.say(revoke('user', 'ada'));
    expect(admin.frames.at(-1)).toEqual({ type: 'revoked', id: 9, subject: 'user', name: 'ada' });
    expect([ada, again, eve].map((socket) => socket?.closeCode)).toEqual([4411, 4411, null]);
    const late = world.connect();
    late.say({ type: 'authenticate', token });
    expect([late.closeCode, late.frames]).toEqual([4411, []]);
    expect(world.audit.filter(({ event }) => event === 'revoked')).toMatchObject([{ user: 'root', code: 'user' }]);
  });

  test('a user does not affect a token that was issued to it later', () => {
    const { world, admin } = build();
    admin.say(revoke('user', 'ada'));
    world.clock.oversleep(1000);
    expect(world.enter({ user: 'ada' }).framesOf('authenticated')).toHaveLength(1);
  });

  test('a token ends the connections that use it, and no others of the user', () => {
    const { world, admin } = build();
    const [ada, again] = ['ada', 'ada'].map((user) => world.enter({ user }));
    admin.say({ type: 'clients', id: 1 });
    const { clients } = admin.frames.at(-1) as { clients: { token: string }[] };
    admin.say(revoke('token', clients[1]?.token ?? ''));
    expect([ada?.closeCode, again?.closeCode]).toEqual([4411, null]);
  });

  test('a token refuses a refresh with it', () => {
    const { world, admin } = build();
    const ada = world.enter({ user: 'ada' });
    const token = world.token('trader', 'ada');
    admin.say(revoke('token', String(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).jti)));
    ada.say({ type: 'refresh', id: 1, token });
    expect(ada.frames.at(-1)).toMatchObject({ type: 'error', code: 'revoked_token', id: 1 });
  });

  test('is for administrators, who may revoke themselves', () => {
    const { world, admin } = build();
    const trader = world.enter({ role: 'trader' });
    trader.say(revoke('user', 'root'));
    expect(trader.frames.at(-1)).toMatchObject({ code: 'forbidden', id: 9 });
    admin.say(revoke('user', 'root'));
    expect(admin.framesOf('revoked')).toHaveLength(1);
    expect(admin.closeCode).toBe(4411);
  });

  test('is refused when there are too many', () => {
    const { admin } = build({ revocationsMax: 1 });
    admin.say(revoke('user', 'ada'));
    admin.say(revoke('user', 'eve'));
    expect(admin.frames.at(-1)).toMatchObject({ code: 'too_many_revocations', id: 9 });
  });
});

describe('the store of revocations', () => {
  test('receives each at once, and a failed write again', async () => {
    const { store, world, admin } = build();
    await world.clock.advance(0);
    store.isFailing = true;
    admin.say(revoke('user', 'ada'));
    await world.clock.advance(0);
    expect(store.names).toEqual([]);
    store.isFailing = false;
    await world.clock.advance(world.limits.revocationsCheckEveryMs);
    expect(store.names).toEqual(['user:ada']);
  });

  test('tells what others have revoked, at once by a notice and otherwise in the next round', async () => {
    const { store, world } = build();
    const [ada, eve] = ['ada', 'eve'].map((user) => world.enter({ user }));
    await world.clock.advance(0);
    store.put('ada', world.clock.wallMs());
    store.notify();
    await world.clock.advance(0);
    expect(ada?.closeCode).toBe(4411);
    store.put('eve', world.clock.wallMs());
    await world.clock.advance(world.limits.revocationsCheckEveryMs);
    expect(eve?.closeCode).toBe(4411);
  });

  test('receives them again after it has lost its data', async () => {
    const { store, world, admin } = build();
    admin.say(revoke('token', 'token-7'));
    await world.clock.advance(0);
    expect(store.names).toEqual(['token:token-7']);
    store.lose();
    await world.clock.advance(2 * world.limits.revocationsCheckEveryMs);
    expect(store.names).toEqual(['token:token-7']);
  });

  test('receives them again if it loses its data before this node has read its version', async () => {
    const { store, world, admin } = build();
    await world.clock.advance(0);
    store.version = () => {
      store.isFailing = true;
      return Promise.reject(new Error('the store fails'));
    };
    admin.say(revoke('token', 'token-7'));
    await world.clock.advance(0);
    expect(store.names).toEqual(['token:token-7']);
    store.lose();
    store.isFailing = false;
    store.version = () => Promise.resolve(store.names.length === 0 ? null : 'again');
    await world.clock.advance(2 * world.limits.revocationsCheckEveryMs);
    expect(store.names).toEqual(['token:token-7']);
  });

  test('that holds nothing is sent each once in a round', async () => {
    const { store, world, admin } = build();
    let sent = 0;
    store.add = () => {
      sent += 1;
      return Promise.resolve();
    };
    admin.say(revoke('token', 'token-7'));
    await world.clock.advance(0);
    expect(sent).toBe(1);
    await world.clock.advance(2 * world.limits.revocationsCheckEveryMs);
    expect(sent).toBe(3);
  });

  test('is relieved of those that have expired', async () => {
    const { store, world } = build();
    const dayMs = 86_400_000;
    store.put('ada', world.clock.wallMs() - dayMs, world.clock.wallMs() - dayMs);
    await world.clock.advance(world.limits.revocationsCheckEveryMs);
    expect(store.names).toEqual([]);
    expect(world.enter({ user: 'ada' }).closeCode).toBeNull();
  });

  test('raises one alert when it fails for the retry budget, and health is restored afterwards', async () => {
    const { store, world } = build();
    store.isFailing = true;
    await world.clock.advance(world.limits.storeRetryBudgetMs + 2 * world.limits.revocationsCheckEveryMs);
    expect([world.alerts.map(({ name }) => name), world.gateway.health()]).toEqual([
      ['revocations_unsynced'],
      'degraded',
    ]);
    await world.clock.advance(60_000);
    expect(world.alerts).toHaveLength(1);
    store.isFailing = false;
    await world.clock.advance(world.limits.revocationsCheckEveryMs);
    expect(world.gateway.health()).toBe('ok');
  });

  test('that never answers delays nothing for longer than the timeout', async () => {
    const { store, world, admin } = build();
    store.isSilent = true;
    admin.say(revoke('user', 'ada'));
    await world.clock.advance(0);
    store.isSilent = false;
    await world.clock.advance(world.limits.storeTimeoutMs + world.limits.revocationsCheckEveryMs);
    expect(store.names).toEqual(['user:ada']);
  });

  test('does not let a node forget a newer revocation of the same user', async () => {
    const { store, world, admin } = build();
    admin.say(revoke('user', 'ada'));
    const atMs = world.clock.wallMs();
    store.put('ada', atMs - 5000);
    store.notify();
    await world.clock.advance(world.limits.revocationsCheckEveryMs);
    expect(store.all.map(({ revokedAtMs }: Revocation) => revokedAtMs)).toEqual([atMs]);
  });
});
