import { describe, expect, test } from 'vitest';
import { tokenKey } from './auth.ts';
import { signToken } from './sign-token.ts';
import { GatewayWorld } from './test/gateway-world.ts';

describe('a pending connection', () => {
  test('is authenticated in one step, and its row is being saved', () => {
    const world = new GatewayWorld();
    const socket = world.connect();
    socket.say({ type: 'authenticate', token: world.token('trader', 'ada') });
    expect(socket.frames).toEqual([{ type: 'authenticated', connection: 'connection-1', user: 'ada', role: 'trader' }]);
    expect(world.gateway.counts()).toMatchObject({ connections: 1, authenticated: 1, unsaved: 1 });
  });

  test.each([
    ['a token of another key', { type: 'authenticate', token: 'x.y.z' }, 4401],
    ['another frame', { type: 'subscribe', symbol: 'AAPL' }, 4401],
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
    world.clock.wallOffsetMs += 60_000;
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
    socket.say({ type: 'unsubscribe', symbol: 'AAPL' });
    socket.say({ type: 'unsubscribe', symbol: 'AAPL' });
    expect(socket.frames.map(({ type }) => type)).toEqual([
      'authenticated',
      'subscribed',
      'subscribed',
      'unsubscribed',
      'unsubscribed',
    ]);
    expect(world.gateway.counts().subscriptions).toBe(0);
  });

  test('gets an error frame for a refused request and stays open', () => {
    const world = new GatewayWorld({ subscriptionsMax: 1 });
    const socket = world.enter({ role: 'viewer', symbols: ['AAPL'] });
    socket.say({ type: 'subscribe', symbol: 'NONE' });
    socket.say({ type: 'subscribe', symbol: 'IBM' });
    socket.say({ type: 'comment', symbol: 'AAPL', text: 'hi' });
    socket.say({ type: 'status' });
    socket.say({ type: 'authenticate', token: world.token() });
    expect(socket.framesOf('error').map(({ code }) => code)).toEqual([
      'unknown_symbol',
      'too_many_subscriptions',
      'forbidden',
      'forbidden',
      'already_authenticated',
    ]);
    expect(socket.ending).toBeNull();
    expect(world.audit.filter(({ event }) => event === 'forbidden')).toHaveLength(2);
  });

  test.each([
    ['forbidden', { type: 'status' }, 4403],
    ['unknown', { type: 'subscribe', symbol: 'NONE' }, 1008],
  ])('is closed when it keeps asking for what is %s', (_name, frame, code) => {
    const world = new GatewayWorld({ refusalsMax: 3 });
    const socket = world.enter();
    for (let index = 0; index < 3; index += 1) socket.say(frame);
    expect(socket.ending).toBeNull();
    socket.say(frame);
    expect(socket.closeCode).toBe(code);
    expect(socket.framesOf('error')).toHaveLength(3);
  });

  test('sends comments unchanged to the subscribers of a symbol', () => {
    const world = new GatewayWorld();
    const reader = world.enter({ symbols: ['AAPL'] });
    const other = world.enter({ symbols: ['IBM'] });
    const trader = world.enter({ role: 'trader', user: 'ada' });
    const text = ' buy & hold: 1 < 2 \u0000é ';
    trader.say({ type: 'comment', symbol: 'AAPL', text });
    expect(reader.framesOf('comment')).toEqual([{ type: 'comment', symbol: 'AAPL', from: 'ada', text }]);
    expect([other.framesOf('comment'), trader.framesOf('comment')]).toEqual([[], []]);
  });

  test('is audited for each unsafe comment, which no subscriber receives, and closed when it repeats them', () => {
    const world = new GatewayWorld({ refusalsMax: 2 });
    const reader = world.enter({ symbols: ['AAPL'] });
    const trader = world.enter({ role: 'trader', user: 'ada' });
    const texts = ['<b>', 'javascript:alert(1)', '<b>'];
    for (const text of texts) trader.say({ type: 'comment', symbol: 'AAPL', text });
    expect(reader.framesOf('comment')).toEqual([]);
    expect(trader.framesOf('error').map(({ code }) => code)).toEqual(['comment_markup', 'comment_script_url']);
    expect(trader.closeCode).toBe(1008);
    const refused = world.audit.filter(({ event }) => event === 'refused');
    expect(refused.map(({ user, code }) => [user, code])).toEqual([
      ['ada', 'comment_markup'],
      ['ada', 'comment_script_url'],
      ['ada', 'comment_markup'],
    ]);
    expect(JSON.stringify(world.audit)).not.toContain('alert');
  });

  test('causes no answer after it is closed, although frames still arrive', () => {
    const world = new GatewayWorld();
    const reader = world.enter({ symbols: ['AAPL'] });
    const trader = world.enter({ role: 'trader' });
    trader.say('{');
    trader.say({ type: 'comment', symbol: 'AAPL', text: 'late' });
    expect(reader.framesOf('comment')).toEqual([]);
  });

  test('gets an error frame for a comment that is too long or empty', () => {
    const world = new GatewayWorld({ commentMaxCharacters: 10 });
    const trader = world.enter({ role: 'trader', symbols: ['AAPL'] });
    trader.say({ type: 'comment', symbol: 'AAPL', text: 'x'.repeat(11) });
    trader.say({ type: 'comment', symbol: 'AAPL', text: ' \n ' });
    trader.say({ type: 'comment', symbol: 'NONE', text: 'x' });
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
    admin.say({ type: 'status' });
    expect(admin.framesOf('status')).toMatchObject([
      { health: 'ok', connections: 3, authenticated: 2, subscriptions: 2, streams: 2 },
    ]);
  });

  test('is closed for an invalid frame, a frame that is too big, and too many frames', () => {
    const world = new GatewayWorld({ subscriptionsMax: 2, framesBurst: 3, framesPerSecond: 1, payloadMaxBytes: 1_000 });
    const [malformed, big, bigInBytes, fast] = [world.enter(), world.enter(), world.enter(), world.enter()];
    malformed.say({ type: 'hello' });
    expect(malformed.closeCode).toBe(4400);
    big.say('x'.repeat(1_001));
    expect(big.closeCode).toBe(1009);
    bigInBytes.say('株'.repeat(334));
    expect(bigInBytes.closeCode).toBe(1009);
    for (let index = 0; index < 3; index += 1) fast.say({ type: 'subscribe', symbol: 'AAPL' });
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
    user: 'ada',
    role: 'admin',
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
