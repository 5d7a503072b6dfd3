import { describe, expect, test } from 'vitest';
import { ClientWorld } from '../test/client-world.ts';
import { CLIENT_TIMES, FINAL_CLOSE_CODES } from './defaults.js';

describe('connecting', () => {
  test('authenticates with the first frame, and never in the URL', async () => {
    const world = new ClientWorld();
    await world.enter();
    expect(world.socket).toMatchObject({ url: 'ws://gateway/stream', subprotocol: 'prices.v1' });
    expect(world.socket.sent).toEqual([{ type: 'authenticate', token: 'token-1' }]);
    expect(world.states.map(({ state }) => state)).toEqual(['connecting', 'open']);
  });

  test('starts once, also if start is called again', async () => {
    const world = new ClientWorld();
    await world.enter();
    world.client.start();
    await world.clock.advance(0);
    expect(world.sockets).toHaveLength(1);
  });

  test('waits longer with each failure, up to the longest delay, and chance shortens it', async () => {
    const chances = [0, 1, 1, 1, 1, 1, 1, 0.5];
    const world = new ClientWorld({ random: () => chances.shift() ?? 1 });
    world.client.start();
    await world.clock.advance(0);
    for (let failures = 0; failures < 8; failures += 1) {
      world.socket.end(1006);
      await world.clock.advance(world.states.at(-1)?.retryInMs ?? 0);
    }
    const delays = world.states.flatMap(({ state, retryInMs }) => (state === 'waiting' ? [retryInMs] : []));
    expect(delays).toEqual([0, 2000, 4000, 8000, 16_000, 30_000, 30_000, 15_000]);
    expect(world.sockets).toHaveLength(9);
  });

  test('forgets its failures only after a stable connection', async () => {
    const world = new ClientWorld({ random: () => 1 });
    await world.enter();
    world.socket.end(1013);
    await world.clock.advance(1000);
    world.socket.open();
    world.authenticate();
    world.socket.end(1013);
    expect(world.states.at(-1)).toEqual({ state: 'waiting', code: 1013, reason: '', retryInMs: 2000 });
    await world.clock.advance(2000);
    world.socket.open();
    world.authenticate();
    await world.clock.advance(CLIENT_TIMES.stableAfterMs);
    world.socket.end(1012);
    expect(world.states.at(-1)).toMatchObject({ state: 'waiting', retryInMs: 1000 });
  });

  test.each(FINAL_CLOSE_CODES)('does not connect again after %d', async (code) => {
    const world = new ClientWorld();
    await world.enter();
    world.socket.end(code, 'why');
    await world.clock.advance(3_600_000);
    expect(world.states.at(-1)).toEqual({ state: 'closed', code, reason: 'why', retryInMs: 0 });
    expect(world.sockets).toHaveLength(1);
    expect(world.clock.labels).toEqual([]);
  });

  test('after 4401 connects again with another token only', async () => {
    const world = new ClientWorld();
    await world.enter();
    world.token = 'token-2';
    world.socket.end(4401);
    await world.clock.advance(1000);
    expect(world.sockets).toHaveLength(2);
    world.socket.open();
    expect(world.socket.sent).toEqual([{ type: 'authenticate', token: 'token-2' }]);
    world.socket.end(4401);
    await world.clock.advance(3_600_000);
    expect(world.sockets).toHaveLength(2);
    expect(world.states.at(-1)).toMatchObject({ state: 'closed', code: 4401 });
  });

  test('tries again if there is no token, and says so', async () => {
    let failures = 1;
    const token = () => (failures-- > 0 ? Promise.reject(new Error('offline')) : Promise.resolve('token-2'));
    const world = new ClientWorld({ token });
    world.client.start();
    await world.clock.advance(1000);
    expect(world.events).toEqual([['error', { code: 'no_token', text: 'offline' }]]);
    expect(world.sockets).toHaveLength(1);
  });

  test('gives up a connection without an answer, and ignores it from then on', async () => {
    const world = new ClientWorld();
    world.client.start();
    await world.clock.advance(CLIENT_TIMES.connectWithinMs + 1000);
    expect(world.sockets).toHaveLength(2);
    const [first] = world.sockets;
    expect(first?.closedWith).toEqual([1000]);
    first?.open();
    first?.end(4410);
    expect(first?.sent).toEqual([]);
    expect(world.client.state).toBe('connecting');
  });

  test('gives up a connection on which nothing arrives after a ping', async () => {
    const world = new ClientWorld();
    await world.enter();
    await world.clock.advance(3_600_000);
    expect(world.client.state).toBe('open');
    world.socket.isLively = false;
    await world.clock.advance(CLIENT_TIMES.silentAfterMs);
    expect(world.client.state).toBe('open');
    await world.clock.advance(CLIENT_TIMES.silentAfterMs + CLIENT_TIMES.pongWithinMs);
    expect(world.states).toContainEqual(expect.objectContaining({ state: 'waiting', code: 1006 }));
  });

  test('stops for good, without a timer left, and starts again', async () => {
    const world = new ClientWorld();
    await world.enter();
    world.client.stop();
    expect(world.socket.closedWith).toEqual([1000]);
    expect(world.clock.labels).toEqual([]);
    await world.clock.advance(3_600_000);
    expect(world.sockets).toHaveLength(1);
    await world.enter();
    expect(world.client.state).toBe('open');
  });

  test('stops also while it waits for its token', async () => {
    const world = new ClientWorld();
    world.client.start();
    world.client.stop();
    await world.clock.advance(3_600_000);
    expect(world.sockets).toEqual([]);
  });

  test('stops in a listener of its first event', async () => {
    const world = new ClientWorld();
    world.client.on('state', ({ state }) => state === 'open' && world.client.stop());
    world.client.subscribe(['AAPL']);
    await world.enter();
    expect(world.client.state).toBe('closed');
    expect(world.clock.labels).toEqual([]);
    expect(world.socket.sent.map(({ type }) => type)).toEqual(['authenticate']);
  });
});

describe('requests', () => {
  test('get answers by id, in any order', async () => {
    const world = new ClientWorld();
    await world.enter();
    const [first, second] = [world.client.comment('AAPL', 'up'), world.client.request({ type: 'status' })];
    const [, comment, status] = world.socket.sent;
    world.socket.receive({ type: 'status', id: Number(status?.['id']), health: 'ok' });
    world.socket.receive({ type: 'commented', id: Number(comment?.['id']), partial: true });
    expect(await second).toMatchObject({ health: 'ok' });
    expect(await first).toMatchObject({ type: 'commented', partial: true });
  });

  test('are not needed to receive an announcement', async () => {
    const world = new ClientWorld();
    await world.enter();
    world.socket.receive({ type: 'announcement', from: 'root', text: '<b>' });
    expect(world.events).toEqual([['announcement', { from: 'root', text: '<b>' }]]);
  });

  test('fail with the code of the gateway, or when the connection ends', async () => {
    const world = new ClientWorld();
    await expect(world.client.comment('AAPL', 'up')).rejects.toMatchObject({ code: 'closed' });
    await world.enter();
    const refused = world.client.comment('AAPL', '<b>');
    const id = Number(world.socket.last('comment')['id']);
    world.socket.receive({ type: 'error', code: 'comment_markup', id, text: 'markup' });
    await expect(refused).rejects.toMatchObject({ code: 'comment_markup', message: 'markup' });
    const lost = world.client.comment('AAPL', 'up');
    world.socket.end(1006);
    await expect(lost).rejects.toMatchObject({ code: 'closed' });
  });

  test('errors without a request are events', async () => {
    const world = new ClientWorld();
    await world.enter();
    world.socket.receive({ type: 'error', code: 'bad_frame', id: null, text: 'not a frame' });
    expect(world.events).toEqual([['error', { code: 'bad_frame', text: 'not a frame' }]]);
  });
});

describe('tokens', () => {
  test('are refreshed before they expire, with a newer one', async () => {
    const world = new ClientWorld();
    await world.enter({ ttlMs: 600_000 });
    world.token = 'token-2';
    await world.clock.advance(600_000 - CLIENT_TIMES.refreshBeforeMs - 1);
    expect(world.socket.sent.filter(({ type }) => type === 'refresh')).toEqual([]);
    await world.clock.advance(1);
    const { id, token } = world.socket.last('refresh');
    expect(token).toBe('token-2');
    world.socket.receive({
      type: 'refreshed',
      id: Number(id),
      symbols: null,
      expiresAtMs: world.clock.wallMs() + 10_000,
    });
    await world.clock.advance(5000);
    expect(world.events).toEqual([['expiring', { expiresAtMs: world.clock.wallMs() + 5000 }]]);
  });

  test('are refreshed again later if the gateway refuses one', async () => {
    const world = new ClientWorld();
    await world.enter({ ttlMs: 120_000 });
    world.token = 'token-2';
    await world.clock.advance(60_000);
    const id = Number(world.socket.last('refresh')['id']);
    world.socket.receive({ type: 'error', code: 'other_user', id, text: 'not yours' });
    await world.clock.advance(0);
    expect(world.events).toEqual([['error', { code: 'other_user', text: 'not yours' }]]);
    await world.clock.advance(30_000);
    expect(world.socket.sent.filter(({ type }) => type === 'refresh')).toHaveLength(2);
  });

  test('that seem to have expired already are not refreshed in a loop', async () => {
    const world = new ClientWorld();
    await world.enter({ ttlMs: -60_000 });
    world.token = 'token-2';
    await world.clock.advance(1000);
    expect(world.socket.sent).toHaveLength(1);
  });
});
