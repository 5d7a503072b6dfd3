import { expect, test } from 'vitest';
import { GatewayWorld } from './test/gateway-world.ts';

test('lists authenticated clients page by page, oldest first, although clients come and go', () => {
  const world = new GatewayWorld({ clientsPerPageMax: 2 });
  const admin = world.enter({ user: 'root', role: 'admin' });
  world.connect();
  const [ada, eve] = ['ada', 'eve'].map((user) => world.enter({ user, symbols: ['AAPL'] }));
  admin.say({ type: 'clients', id: 1 });
  expect(admin.frames.at(-1)).toEqual({
    type: 'clients',
    id: 1,
    clients: [
      {
        number: 1,
        connection: 'connection-1',
        user: 'root',
        role: 'admin',
        token: expect.stringMatching(/^token-/),
        sinceMs: world.clock.wallMs(),
        subscriptions: 0,
      },
      {
        number: 3,
        connection: 'connection-3',
        user: 'ada',
        role: 'viewer',
        token: expect.stringMatching(/^token-/),
        sinceMs: world.clock.wallMs(),
        subscriptions: 1,
      },
    ],
    next: 3,
  });
  ada?.leave();
  world.enter({ user: 'bob' });
  admin.say({ type: 'clients', id: 2, after: 3 });
  expect(admin.frames.at(-1)).toMatchObject({ clients: [{ user: 'eve' }, { user: 'bob' }], next: null });
  eve?.leave();
  admin.say({ type: 'clients', id: 3, after: 9 });
  expect(admin.frames.at(-1)).toEqual({ type: 'clients', id: 3, clients: [], next: null });
  expect(world.audit.filter(({ event }) => event === 'listed')).toHaveLength(3);
});

test('disconnects the named client and no other', () => {
  const world = new GatewayWorld();
  const admin = world.enter({ user: 'root', role: 'admin' });
  const [ada, eve] = ['ada', 'ada'].map((user) => world.enter({ user }));
  const { connection } = ada?.frames[0] ?? {};
  admin.say({ type: 'disconnect', id: 1, connection });
  expect([ada?.closeCode, eve?.ending, admin.ending]).toEqual([4410, null, null]);
  expect(admin.frames.at(-1)).toEqual({ type: 'disconnected', id: 1, connection });
  admin.say({ type: 'disconnect', id: 2, connection });
  expect(admin.frames.at(-1)).toMatchObject({ type: 'error', code: 'unknown_connection', id: 2 });
  const acts = world.audit.filter(({ event }) => event === 'disconnected');
  expect(acts).toEqual([{ event: 'disconnected', connection: 'connection-1', user: 'root', code: connection }]);
});

test('a pending connection is neither listed nor disconnected', () => {
  const world = new GatewayWorld();
  const pending = world.connect();
  const admin = world.enter({ role: 'admin' });
  admin.say({ type: 'disconnect', id: 1, connection: 'connection-1' });
  expect([admin.frames.at(-1)?.['code'], pending.ending]).toEqual(['unknown_connection', null]);
});

test('an administrator may disconnect itself', () => {
  const world = new GatewayWorld();
  const admin = world.enter({ role: 'admin' });
  admin.say({ type: 'disconnect', id: 1, connection: 'connection-1' });
  expect([admin.closeCode, admin.framesOf('disconnected')]).toEqual([4410, []]);
});
