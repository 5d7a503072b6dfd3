import { describe, expect, test } from 'vitest';
import { tokenKey } from './auth.ts';
import { signToken } from './sign-token.ts';
import { GatewayWorld } from './test/gateway-world.ts';

describe('a pending connection', () => {
  test('is authenticated in one step, and its row is being saved', () => {
    const world = new GatewayWorld();
    const socket = world.connect();
    socket.say({ type: 'authenticate', token: world.token('trader', 'ada') });
    expect(socket.frames).toEqual([
      {
        type: 'authenticated',
        connection: 'connection-1',
        user: 'ada',
        role: 'trader',
        symbols: null,
        expiresAtMs: Math.floor(world.clock.wallMs() / 1000) * 1000 + 3_600_000,
      },
    ]);
    expect(world.gateway.counts()).toMatchObject({ connections: 1, authenticated: 1, unsaved: 1 });
  });

  test.each([
    ['a token of another key', { type: 'authenticate', token: 'x.y.z' }, 4401],
    ['another frame', { type: 'subscribe', id: 1, symbols: ['AAPL'] }, 4401],
    ['no frame at all', { type: 'hello' }, 4401],
    ['no JSON', '{', 4400],
  ])('is closed without a frame for %s', (_name, frame, code) => {
    const world = new GatewayWorld();
    const socket = world.connect();
    socket.say(frame);
    expect(socket.frames).toEqual([]);
    expect(socket.closeCode).toBe(code);
    expect(world.gateway.counts()).toMatchObject({ connections: 0, authenticated: 0, unsaved: 0 });
  });

  test('is closed if its token has expired by the wall clock', () => {
    const world = new GatewayWorld();
    const token = world.token('viewer', 'ada', 60_000);
    world.clock.wallOffsetMs += 60_000 + world.limits.clockToleranceMs;
    const socket = world.connect();
    socket.say({ type: 'authenticate', token });
    expect(socket.closeCode).toBe(4401);
  });

  test('is ignored after its end', () => {
    const world = new GatewayWorld();
    const socket = world.connect();
    socket.say('{');
    socket.say({ type: 'authenticate', token: world.token() });
    expect(socket.frames).toEqual([]);
    expect(world.gateway.counts().authenticated).toBe(0);
    expect(world.audit.map(({ event }) => event)).toEqual(['connected', 'closed']);
  });

  test('is refused without verification if its address failed too often, and other addresses are not', async () => {
    const world = new GatewayWorld({ failedAuthenticationsBurst: 2, failedAuthenticationsPerMinute: 1 });
    for (let index = 0; index < 2; index += 1) world.connect('192.0.2.9').say({ type: 'authenticate', token: 'no' });
    const barred = world.connect('192.0.2.9');
    barred.say({ type: 'authenticate', token: world.token() });
    expect(barred.closeCode).toBe(4429);
    const other = world.connect('192.0.2.8');
    other.say({ type: 'authenticate', token: world.token() });
    expect(other.frames).toHaveLength(1);
    await world.clock.advance(60_000);
    const forgiven = world.connect('192.0.2.9');
    forgiven.say({ type: 'authenticate', token: world.token() });
    expect(forgiven.frames).toHaveLength(1);
  });

  test('that breaks during the answer is removed, and its row is not left in the store', async () => {
    const world = new GatewayWorld();
    const socket = world.connect();
    socket.isOpen = false;
    socket.say({ type: 'authenticate', token: world.token() });
    expect(world.gateway.counts().connections).toBe(0);
    await world.clock.advance(1_000);
    expect(world.store.log).toEqual(['remove connection-1']);
  });
});

describe('an authenticated connection', () => {
  test('may repeat subscriptions and unsubscriptions', () => {
    const world = new GatewayWorld();
    const socket = world.enter({ symbols: ['AAPL', 'AAPL'] });
    socket.say({ type: 'unsubscribe', id: 1, symbols: ['AAPL'] });
    socket.say({ type: 'unsubscribe', id: 1, symbols: ['AAPL'] });
    expect(socket.frames.map(({ type }) => type)).toEqual([
      'authenticated',
      'subscribed',
      'snapshot',
      'subscribed',
      'snapshot',
      'unsubscribed',
      'unsubscribed',
    ]);
    expect(world.gateway.counts().subscriptions).toBe(0);
  });

  test('gets an error frame for a refused request and stays open', () => {
    const world = new GatewayWorld({ subscriptionsMax: 1 });
    const socket = world.enter({ role: 'viewer', symbols: ['AAPL'] });
    socket.say({ type: 'subscribe', id: 1, symbols: ['NONE'] });
    socket.say({ type: 'subscribe', id: 1, symbols: ['IBM'] });
    socket.say({ type: 'comment', id: 2, symbol: 'AAPL', text: 'hi' });
    socket.say({ type: 'status', id: 3 });
    socket.say({ type: 'authenticate', token: world.token() });
    for (const type of ['clients', 'disconnect']) socket.say({ type, id: 4, connection: 'connection-1' });
    socket.say({ type: 'hello', id: 5 });
    socket.say('{');
    expect(socket.framesOf('error').map(({ code, id }) => [code, id])).toEqual([
      ['unknown_symbol', 1],
      ['too_many_subscriptions', 1],
      ['forbidden', 2],
      ['forbidden', 3],
      ['already_authenticated', null],
      ['forbidden', 4],
      ['forbidden', 4],
      ['bad_frame', 5],
      ['bad_frame', null],
    ]);
    expect(socket.ending).toBeNull();
    expect(world.audit.filter(({ event }) => event === 'forbidden')).toHaveLength(4);
  });

  test('subscribes to all symbols of a request or to none', () => {
    const world = new GatewayWorld({ subscriptionsMax: 2 });
    const socket = world.enter();
    socket.say({ type: 'subscribe', id: 1, symbols: ['AAPL', 'NONE'] });
    socket.say({ type: 'subscribe', id: 2, symbols: ['AAPL', 'IBM', 'MSFT'] });
    expect(world.gateway.counts()).toMatchObject({ subscriptions: 0, streams: 0 });
    socket.say({ type: 'subscribe', id: 3, symbols: ['AAPL', 'IBM', 'AAPL'] });
    expect(world.gateway.counts()).toMatchObject({ subscriptions: 2, streams: 2 });
    socket.say({ type: 'unsubscribe', id: 4, symbols: ['IBM', 'AAPL'] });
    expect(world.gateway.counts()).toMatchObject({ subscriptions: 0 });
    expect(socket.frames.slice(1)).toMatchObject([
      { type: 'error', code: 'unknown_symbol', id: 1 },
      { type: 'error', code: 'too_many_subscriptions', id: 2 },
      { type: 'subscribed', id: 3, symbols: ['AAPL', 'IBM', 'AAPL'] },
      { type: 'snapshot', symbol: 'AAPL', price: null },
      { type: 'snapshot', symbol: 'IBM', price: null },
      { type: 'unsubscribed', id: 4, symbols: ['IBM', 'AAPL'] },
    ]);
  });

  test('is answered for its pings', () => {
    const socket = new GatewayWorld().enter();
    socket.say({ type: 'ping', id: 9 });
    expect(socket.frames.at(-1)).toEqual({ type: 'pong', id: 9 });
  });

  test('is closed for a binary frame', () => {
    const socket = new GatewayWorld().enter();
    socket.sayBytes();
    expect(socket.ending).toEqual({ code: 1003, reason: 'text frames only' });
  });

  test('causes no answer after it is closed, although frames still arrive', () => {
    const world = new GatewayWorld();
    const reader = world.enter({ symbols: ['AAPL'] });
    const trader = world.enter({ role: 'trader' });
    trader.sayBytes();
    trader.say({ type: 'comment', id: 2, symbol: 'AAPL', text: 'late' });
    expect(reader.framesOf('comment')).toEqual([]);
  });

  test('gets an error frame for a comment that is too long or empty', () => {
    const world = new GatewayWorld({ commentMaxCharacters: 10 });
    const trader = world.enter({ role: 'trader', symbols: ['AAPL'] });
    trader.say({ type: 'comment', id: 2, symbol: 'AAPL', text: 'x'.repeat(11) });
    trader.say({ type: 'comment', id: 2, symbol: 'AAPL', text: ' \n ' });
    trader.say({ type: 'comment', id: 2, symbol: 'NONE', text: 'x' });
    expect(trader.framesOf('error').map(({ code }) => code)).toEqual([
      'comment_too_long',
      'comment_empty',
      'unknown_symbol',
    ]);
    expect(trader.framesOf('comment')).toEqual([]);
  });

  test('of an admin gets the status', () => {
    const world = new GatewayWorld();
    world.enter({ symbols: ['AAPL', 'IBM'] });
    world.connect();
    const admin = world.enter({ role: 'admin' });
    admin.say({ type: 'status', id: 3 });
    expect(admin.framesOf('status')).toMatchObject([
      { health: 'ok', connections: 3, authenticated: 2, subscriptions: 2, streams: 2 },
    ]);
  });

  test('is closed for a frame that is too big, and for too many frames', () => {
    const world = new GatewayWorld({ subscriptionsMax: 2, framesBurst: 3, framesPerSecond: 1, payloadMaxBytes: 1_000 });
    const [big, bigInBytes, fast] = [world.enter(), world.enter(), world.enter()];
    big.say('x'.repeat(1_001));
    expect(big.closeCode).toBe(1009);
    bigInBytes.say('株'.repeat(334));
    expect(bigInBytes.closeCode).toBe(1009);
    for (let index = 0; index < 3; index += 1) fast.say({ type: 'subscribe', id: 1, symbols: ['AAPL'] });
    expect(fast.closeCode).toBe(4429);
    expect(world.audit).toContainEqual(expect.objectContaining({ event: 'rate_limited' }));
  });

  test('is replaced, oldest first, when its user opens too many', () => {
    const world = new GatewayWorld({ connectionsPerUserMax: 2 });
    const sockets = [1, 2, 3].map(() => world.enter({ user: 'ada' }));
    world.enter({ user: 'eve' });
    expect(sockets.map(({ closeCode }) => closeCode)).toEqual([4409, null, null]);
    expect(sockets[2]?.framesOf('authenticated')).toHaveLength(1);
  });
});

test('no frame and no audit entry contains the token or a message of the engine', () => {
  const world = new GatewayWorld();
  const token = signToken(tokenKey('some other secret of the right length'), {
    tokenId: 'token-1',
    user: 'ada',
    role: 'admin',
    issuer: 'tests',
    audience: 'prices',
    issuedAtMs: 0,
    expiresAtMs: 1e14,
  });
  const sockets = [`{"type":"authenticate","token":"${token}"}`, '{"type":', 'SECRET{', '\u0000'].map((text) => {
    const socket = world.connect();
    socket.say(text);
    const inside = world.enter();
    inside.say(text);
    return [socket, inside];
  });
  const outputs = JSON.stringify([
    world.audit,
    world.alerts,
    world.notes,
    sockets.flat().map((s) => [s.frames, s.ending]),
  ]);
  expect(outputs).not.toContain(token.slice(0, 20));
  expect(outputs).not.toMatch(/unexpected|position|SECRET/i);
});
