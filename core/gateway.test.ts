import { describe, expect, test } from 'vitest';
import { FakeSocket } from './test/fake-socket.ts';
import { GatewayWorld } from './test/gateway-world.ts';

const own = ['rates', 'reconcile', 'revocations', 'sweep', 'users'];

describe('the end of a connection', () => {
  test('releases everything that belonged to it', async () => {
    const world = new GatewayWorld();
    const socket = world.enter({ symbols: ['AAPL', 'IBM'] });
    await world.clock.advance(10);
    expect(world.store.rows.size).toBe(1);
    socket.leave();
    await world.clock.advance(world.limits.historyKeptMs + 10);
    expect(world.gateway.counts()).toEqual({
      connections: 0,
      authenticated: 0,
      subscriptions: 0,
      streams: 0,
      tasks: 5,
      unsaved: 0,
    });
    expect(world.store.rows.size).toBe(0);
    expect(world.feed.open).toEqual([]);
    expect(world.runningTasks).toEqual(own);
    expect(world.clock.labels).toEqual(own);
  });

  test('ends its streams although the audit, the alerts and the socket all throw', async () => {
    const no = (): never => {
      throw new Error('no');
    };
    const world = new GatewayWorld({}, { audit: { write: no }, alerts: { raise: no } });
    const socket = world.enter({ symbols: ['AAPL'] });
    await world.clock.advance(10);
    socket.close = no;
    socket.sayBytes();
    await world.clock.advance(world.limits.historyKeptMs + 10);
    expect(world.gateway.counts()).toMatchObject({ connections: 0, streams: 0, unsaved: 0 });
    expect(world.notesOf('alert.raised')).toMatchObject([{ name: 'teardown_incomplete', about: 'socket' }]);
    expect(world.runningTasks).toEqual(own);
  });

  test('is audited once, with its close code', () => {
    const world = new GatewayWorld();
    const socket = world.enter();
    socket.sayBytes();
    socket.leave(1006);
    expect(world.notesOf('connection.closed')).toEqual([
      { note: 'connection.closed', connection: 'connection-1', code: 1003 },
    ]);
    expect(world.audit.map(({ event, code }) => [event, code])).toEqual([
      ['connected', undefined],
      ['authenticated', undefined],
      ['closed', '1003'],
    ]);
  });
});

describe('accept', () => {
  test('refuses connections when the gateway is full or stopped', async () => {
    const world = new GatewayWorld({ connectionsMax: 1, connectionsPerUserMax: 1 });
    world.connect();
    const second = world.connect();
    second.say({ type: 'authenticate', token: world.token() });
    expect([second.closeCode, second.frames]).toEqual([1013, []]);
    await world.gateway.stop();
    expect(world.connect().closeCode).toBe(1012);
    expect(world.gateway.counts().connections).toBe(0);
  });
});

describe('a token at the upgrade', () => {
  test('authenticates the connection before any frame', () => {
    const world = new GatewayWorld();
    const identity = world.gateway.identify(world.token('trader', 'ada'), '192.0.2.1');
    const socket = new FakeSocket();
    world.gateway.accept(socket, typeof identity === 'string' ? null : identity);
    expect(socket.frames).toMatchObject([{ type: 'authenticated', user: 'ada', role: 'trader' }]);
    expect(world.gateway.counts()).toMatchObject({ authenticated: 1, unsaved: 1 });
    socket.say({ type: 'authenticate', token: world.token() });
    expect(socket.frames.at(-1)).toMatchObject({ code: 'already_authenticated' });
  });

  test('is refused if it is not valid, revoked, or comes too often, and each refusal is audited', () => {
    const world = new GatewayWorld({ failedAuthenticationsBurst: 1, failedAuthenticationsPerMinute: 1 });
    const token = world.token('viewer', 'eve');
    world.enter({ role: 'admin' }).say({ type: 'revoke', id: 1, subject: 'user', name: 'eve' });
    const tokens = [token, 'x.y.z', world.token()];
    expect(tokens.map((each) => world.gateway.identify(each, '192.0.2.9'))).toEqual([
      'revoked',
      'unauthenticated',
      'attempts',
    ]);
    expect(world.audit.filter(({ connection }) => connection === 'upgrade')).toEqual([
      { event: 'refused', connection: 'upgrade', code: 'revoked' },
      { event: 'refused', connection: 'upgrade', code: 'unauthenticated' },
      { event: 'rate_limited', connection: 'upgrade', code: 'attempts' },
    ]);
  });
});

describe('the subprotocol', () => {
  test.each(['', 'prices.v0'])('must be the one of the gateway, not %j', (protocol) => {
    const world = new GatewayWorld();
    const socket = new FakeSocket('192.0.2.1', protocol);
    world.gateway.accept(socket);
    expect(socket.closeCode).toBe(4406);
    expect(world.gateway.counts().connections).toBe(0);
  });
});

describe('a broadcast', () => {
  test('reaches all other subscribers when one breaks or reads too slowly', async () => {
    const world = new GatewayWorld();
    const sockets = [1, 2, 3, 4].map(() => world.enter({ symbols: ['AAPL'] }));
    await world.clock.advance(10);
    const [, broken, slow] = sockets as [FakeSocket, FakeSocket, FakeSocket, FakeSocket];
    broken.isOpen = false;
    const comment = { type: 'comment', id: 2, symbol: 'AAPL', text: 'hi' };
    slow.bufferedBytes = world.limits.outboxMaxBytes;
    world.enter({ role: 'trader' }).say(comment);
    world.feed.publish('AAPL', 1);
    await world.clock.advance(10);
    expect(sockets.map((socket) => socket.framesOf('price').length)).toEqual([1, 0, 0, 1]);
    expect(slow.closeCode).toBe(1013);
    expect(world.notesOf('broadcast.ended')).toEqual([
      { note: 'broadcast.ended', symbol: 'AAPL', epoch: 'epoch-1', sequence: 1, reached: 2 },
    ]);
    expect(world.gateway.counts()).toMatchObject({ connections: 3, subscriptions: 2 });
  });
});

describe('stop', () => {
  test('closes all connections, removes all rows, ends all tasks and timers, and is idempotent', async () => {
    const world = new GatewayWorld();
    const sockets = [world.enter({ symbols: ['AAPL'] }), world.enter({ symbols: ['AAPL', 'IBM'] }), world.connect()];
    await world.clock.advance(10);
    expect(world.store.rows.size).toBe(2);
    const stopped = Promise.all([world.gateway.stop(), world.gateway.stop('going_away')]);
    await world.clock.advance(world.limits.drainOverMs);
    await stopped;
    expect(sockets.map(({ closeCode }) => closeCode)).toEqual([1012, 1012, 1012]);
    expect(world.store.rows.size).toBe(0);
    expect(world.runningTasks).toEqual([]);
    expect(world.clock.labels).toEqual([]);
    expect(world.feed.open).toEqual([]);
    expect(world.alerts).toEqual([]);
    expect(world.gateway.counts()).toMatchObject({ connections: 0, streams: 0, tasks: 0, unsaved: 0 });
  });

  test('announces itself, and closes connections over the time of the drain, oldest first', async () => {
    const world = new GatewayWorld();
    const sockets = [1, 2, 3, 4].map(() => world.enter({ symbols: ['AAPL'] }));
    const pending = world.connect();
    await world.clock.advance(10);
    void world.gateway.stop();
    await world.clock.advance(0);
    const { drainOverMs } = world.limits;
    for (const socket of sockets)
      expect(socket.framesOf('restarting')).toEqual([{ type: 'restarting', withinMs: drainOverMs }]);
    const open = (): number => [...sockets, pending].filter(({ closeCode }) => closeCode === null).length;
    const counts: number[] = [];
    for (let part = 0; part < 5; part += 1) {
      counts.push(open());
      await world.clock.advance(drainOverMs / 5);
    }
    expect(counts).toEqual([4, 3, 2, 1, 0]);
    world.feed.publish('AAPL', 1);
    expect(pending.frames).toEqual([]);
    expect(world.connect().closeCode).toBe(1012);
  });

  test.each(['silent', 'failing'] as const)('ends in time although the store is %s', async (mode) => {
    const world = new GatewayWorld({ storeConcurrencyMax: 2 });
    for (let index = 0; index < 5; index += 1) world.enter({ symbols: ['AAPL'] });
    world.store.mode = mode;
    let isStopped = false;
    void world.gateway.stop().then(() => (isStopped = true));
    // It tries as long as it can.
    await world.clock.advance(world.limits.stopWithinMs - 1000);
    expect(isStopped).toBe(false);
    // The rest is for the sockets.
    await world.clock.advance(800);
    expect(isStopped).toBe(true);
    expect(world.store.log.slice(-2)).toEqual(mode === 'silent' ? ['close', 'drop'] : [expect.any(String), 'close']);
    expect(world.runningTasks).toEqual([]);
    expect(world.clock.labels).toEqual([]);
    expect(world.alerts.at(-1)).toMatchObject({ name: 'stop_incomplete', about: 'node-1' });
  });
});

test('labels and owners of work are the same in every run', async () => {
  const tell = async (): Promise<unknown> => {
    const world = new GatewayWorld();
    world.enter({ symbols: ['AAPL'] });
    await world.clock.advance(20_000);
    return world.notes;
  };
  const notes = await tell();
  expect(notes).toContainEqual({ note: 'task.started', task: 'task-1', label: 'sweep', owner: 'gateway' });
  expect(notes).toContainEqual({ note: 'task.started', task: 'task-7', label: 'stream:AAPL', owner: 'streams' });
  expect(await tell()).toEqual(notes);
});
