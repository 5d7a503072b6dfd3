import { describe, expect, test } from 'vitest';
import { GatewayWorld } from './test/gateway-world.ts';

describe('refreshing a token', () => {
  test('gives a connection the role and the expiry of the new token', async () => {
    const world = new GatewayWorld();
    const socket = world.enter({ user: 'ada', role: 'trader' });
    const token = world.token('viewer', 'ada', 7_200_000);
    socket.say({ type: 'refresh', id: 1, token });
    expect(socket.frames.at(-1)).toMatchObject({ type: 'refreshed', id: 1, role: 'viewer' });
    socket.say({ type: 'comment', id: 2, symbol: 'AAPL', text: 'up' });
    expect(socket.frames.at(-1)).toMatchObject({ code: 'forbidden', id: 2 });
    world.clock.wallOffsetMs += 3_600_000;
    await world.clock.advance(world.limits.sweepEveryMs);
    expect(socket.ending).toBeNull();
    world.clock.wallOffsetMs += 3_600_000;
    // The tolerance has not passed at the sweep before.
    await world.clock.advance(world.limits.sweepEveryMs);
    expect(socket.closeCode).toBe(4401);
    expect(world.audit.map(({ event }) => event)).toContain('refreshed');
  });

  test('changes nothing with a token that is invalid or of another user', async () => {
    const world = new GatewayWorld();
    const socket = world.enter({ user: 'ada', role: 'trader' });
    socket.say({ type: 'refresh', id: 1, token: 'x.y.z' });
    socket.say({ type: 'refresh', id: 2, token: world.token('admin', 'eve') });
    expect(socket.framesOf('error')).toMatchObject([
      { code: 'invalid_token', id: 1 },
      { code: 'other_user', id: 2 },
    ]);
    socket.say({ type: 'status', id: 3 });
    socket.say({ type: 'comment', id: 4, symbol: 'AAPL', text: 'up' });
    await world.clock.advance(0);
    expect(socket.frames.slice(-2)).toMatchObject([{ code: 'forbidden' }, { type: 'commented', id: 4 }]);
    expect(world.audit.filter(({ event }) => event === 'refused')).toMatchObject([
      { user: 'ada', code: 'invalid_token' },
      { user: 'ada', code: 'other_user' },
    ]);
  });

  test('is limited by address, like authentication', () => {
    const world = new GatewayWorld({ failedAuthenticationsBurst: 2, failedAuthenticationsPerMinute: 1 });
    const socket = world.enter();
    for (let id = 1; id <= 3; id += 1) socket.say({ type: 'refresh', id, token: 'x.y.z' });
    expect(socket.framesOf('error')).toHaveLength(2);
    expect(socket.closeCode).toBe(4429);
  });
});
