import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { recordedPrices } from './adapters/recorded-feed.ts';
import type { RunningServer } from './server.ts';
import { PATIENT } from './test/patient.ts';
import { served, tokenFor } from './test/served.ts';
import { WsClient } from './test/ws-client.ts';

const running: RunningServer[] = [];

async function start(...parameters: Parameters<typeof served>): Promise<RunningServer> {
  const server = await served(...parameters);
  running.push(server);
  return server;
}

/** Streams end soon after their last subscriber. */
const keptShortly = { LIMITS: '{"historyKeptMs":50}' };
const nothing = { connections: 0, authenticated: 0, subscriptions: 0, streams: 0, tasks: 5, unsaved: 0 };

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
});

describe('the gateway over real sockets', () => {
  test('serves a client from its first frame to its last, and releases it completely', async () => {
    const server = await start(keptShortly);
    const client = await WsClient.open(server.port);
    client.say({ type: 'authenticate', token: tokenFor('ada', 'trader') });
    expect(await client.next('authenticated')).toMatchObject({ user: 'ada', role: 'trader' });
    client.say({ type: 'subscribe', id: 1, symbols: ['AAPL'] });
    expect(await client.next('subscribed')).toEqual({ type: 'subscribed', id: 1, symbols: ['AAPL'] });
    expect(await client.next('snapshot')).toMatchObject({ symbol: 'AAPL', epoch: null, sequence: 0, price: null });
    const epochs = new Set<unknown>();
    for (const [index, [quotedAt, price]] of (recordedPrices['AAPL'] ?? []).slice(0, 3).entries()) {
      const frame = await client.next('price');
      epochs.add(frame['epoch']);
      expect(frame).toMatchObject({ symbol: 'AAPL', price, sequence: index + 1, skipped: 0, quotedAt });
    }
    expect(epochs.size).toBe(1);
    client.say({ type: 'comment', id: 2, symbol: 'AAPL', text: 'cheap & < 1' });
    expect(await client.next('comment')).toEqual({ type: 'comment', symbol: 'AAPL', from: 'ada', text: 'cheap & < 1' });
    client.say({ type: 'unsubscribe', id: 1, symbols: ['AAPL'] });
    await client.next('unsubscribed');
    await vi.waitFor(
      () => expect(server.counts()).toMatchObject({ connections: 1, subscriptions: 0, streams: 0 }),
      PATIENT,
    );
    client.socket.close(1000);
    expect(await client.closed()).toBe(1000);
    await vi.waitFor(() => expect(server.counts()).toEqual(nothing), PATIENT);
  });

  test('closes with the codes of the catalogue', async () => {
    const server = await start();
    const codeAfter = async (act: (client: WsClient) => void): Promise<number> => {
      const client = await WsClient.open(server.port);
      act(client);
      return client.closed();
    };
    expect(await codeAfter((client) => client.socket.send('{'))).toBe(4400);
    expect(await codeAfter((client) => client.say({ type: 'authenticate', token: 'no' }))).toBe(4401);
    expect(await codeAfter((client) => client.socket.send(Buffer.from([1, 2])))).toBe(1003);
    expect(await codeAfter((client) => client.socket.send('x'.repeat(16 * 1024 + 1)))).toBe(1009);
    expect(await new WsClient(server.port, '/stream', []).closed()).toBe(4406);
    await vi.waitFor(() => expect(server.counts()).toEqual(nothing), PATIENT);
  });

  test('speaks its subprotocol, without compression', async () => {
    const server = await start();
    const client = await WsClient.open(server.port);
    expect([client.socket.protocol, client.socket.extensions]).toEqual(['prices.v1', '']);
    const other = new WsClient(server.port, '/stream', ['prices.v0', 'prices.v1']);
    await once(other.socket, 'open');
    expect(other.socket.protocol).toBe('prices.v1');
    expect(await new WsClient(server.port, '/stream', ['prices.v0']).closed()).toBe(1006);
  });

  test('releases clients that vanish without a close frame', async () => {
    const server = await start(keptShortly);
    const clients = await Promise.all(Array.from({ length: 50 }, () => WsClient.open(server.port)));
    clients.forEach((client, index) => {
      client.say({ type: 'authenticate', token: tokenFor(`user-${String(index)}`, 'viewer') });
      client.say({ type: 'subscribe', id: 1, symbols: [index % 2 === 0 ? 'AAPL' : 'IBM'] });
    });
    await Promise.all(clients.map((client) => client.next('price')));
    expect(server.counts()).toMatchObject({ connections: 50, subscriptions: 50, streams: 2 });
    for (const client of clients) client.socket.terminate();
    await vi.waitFor(() => expect(server.counts()).toEqual(nothing), PATIENT);
  });

  test('drops a peer that stays connected but does not answer', async () => {
    const server = await start({ LIMITS: '{"pingAfterMs":60,"pongWithinMs":1000,"sweepEveryMs":20}' });
    const [answering, silent] = [await WsClient.open(server.port), await WsClient.open(server.port)];
    for (const client of [answering, silent]) {
      client.say({ type: 'authenticate', token: tokenFor('ada', 'viewer') });
      await client.next('authenticated');
    }
    silent.socket.pause();
    await vi.waitFor(() => expect(server.counts().connections).toBe(1), PATIENT);
    answering.say({ type: 'subscribe', id: 1, symbols: ['AAPL'] });
    await answering.next('subscribed');
  });

  test('stops gracefully: upgrades get 503, clients get 1012, and the port is free', async () => {
    const server = await start({ LIMITS: '{"drainOverMs":400000,"stopWithinMs":500000}' });
    const clients = [await WsClient.open(server.port), await WsClient.open(server.port)];
    for (const client of clients) {
      client.say({ type: 'authenticate', token: tokenFor('ada', 'viewer') });
      await client.next('authenticated');
    }
    const stopped = server.stop();
    const refused = new WebSocket(`ws://127.0.0.1:${String(server.port)}/stream`, 'prices.v1');
    const [{ message }] = (await once(refused, 'error')) as [Error];
    expect(message).toBe('Unexpected server response: 503');
    expect((await fetch(`http://127.0.0.1:${String(server.port)}/readyz`)).status).toBe(503);
    expect(await clients[0]?.closed()).toBe(1012);
    // It would be closed after 200 s.
    clients[1]?.socket.close(1000);
    await stopped;
    expect(server.counts()).toEqual({ ...nothing, tasks: 0 });
    const late = connect(server.port, '127.0.0.1');
    const [error] = (await once(late, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
  });
});

describe('the HTTP side', () => {
  const get = (server: RunningServer, path: string): Promise<Response> =>
    fetch(`http://127.0.0.1:${String(server.port)}${path}`);

  test('reports its health, and whether it takes more clients', async () => {
    const server = await start({ LIMITS: '{"connectionsMax":1,"connectionsPerUserMax":1}' });
    const response = await get(server, '/healthz');
    expect([response.status, await response.json()]).toEqual([200, { health: 'ok', ...nothing }]);
    const ready = await get(server, '/readyz');
    expect([ready.status, await ready.json()]).toEqual([200, { ready: true }]);
    await WsClient.open(server.port);
    await vi.waitFor(async () => expect((await get(server, '/readyz')).status).toBe(503), PATIENT);
  });

  test('counts for Prometheus, without any text from outside', async () => {
    const server = await start();
    const client = await WsClient.open(server.port);
    const token = tokenFor('ada', 'trader');
    client.say({ type: 'authenticate', token });
    client.say({ type: 'comment', id: 1, symbol: 'AAPL', text: '<b>secret' });
    await client.next('error');
    const other = await WsClient.open(server.port);
    other.socket.close(4999);
    await other.closed();
    await vi.waitFor(async () => {
      const response = await get(server, '/metrics');
      expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
      const text = await response.text();
      expect(text).toContain('\ngateway_connections 1\n');
      expect(text).toContain('\ngateway_refusals_total{code="comment_markup"} 1\n');
      expect(text).toContain('\ngateway_closings_total{code="other"} 1\n');
      expect(text).not.toMatch(/secret|ada|4999/);
      expect(text).not.toContain(token.slice(0, 10));
    }, PATIENT);
  });

  test('answers 404 for all other paths, upgrades included', async () => {
    const server = await start();
    expect((await fetch(`http://127.0.0.1:${String(server.port)}/elsewhere`)).status).toBe(404);
    expect(await new WsClient(server.port, '/elsewhere').closed()).toBe(1006);
    expect(server.counts().connections).toBe(0);
  });

  test('rejects if the port is in use, and leaves nothing running', async () => {
    const server = await start();
    await expect(served({ PORT: String(server.port) })).rejects.toThrow('EADDRINUSE');
  });
});

describe('upgrades', () => {
  const status = async (server: RunningServer, headers: Record<string, string>): Promise<string> => {
    const socket = new WebSocket(`ws://127.0.0.1:${String(server.port)}/stream`, 'prices.v1', { headers });
    const outcome = await once(socket, 'open').then(
      () => 'open',
      (error: Error) => error.message,
    );
    socket.on('error', () => undefined).terminate();
    return outcome;
  };

  test('get 403 for another origin, or for none by setting', async () => {
    const server = await start({ ABSENT_ORIGIN: 'refuse' });
    const own = `http://127.0.0.1:${String(server.port)}`;
    expect(await status(server, { origin: own })).toBe('open');
    expect(await status(server, { origin: 'https://evil.example' })).toBe('Unexpected server response: 403');
    expect(await status(server, {})).toBe('Unexpected server response: 403');
  });

  test.each(['header', 'subprotocol'])('authenticate with a token in a %s, which no answer has', async (way) => {
    const server = await start();
    const token = tokenFor('ada', 'trader');
    const offer = way === 'header' ? ['prices.v1'] : [`bearer.${token}`, 'prices.v1'];
    const headers = way === 'header' ? { authorization: `Bearer ${token}` } : {};
    const socket = new WebSocket(`ws://127.0.0.1:${String(server.port)}/stream`, offer, { headers });
    const [answered, [frame]] = await Promise.all([once(socket, 'upgrade'), once(socket, 'message')]);
    const [{ headers: answer }] = answered as [{ headers: Record<string, string> }];
    expect(answer['sec-websocket-protocol']).toBe('prices.v1');
    expect(JSON.stringify(answer)).not.toContain(token);
    expect(JSON.parse(String(frame))).toMatchObject({ type: 'authenticated', user: 'ada', role: 'trader' });
    expect(server.counts()).toMatchObject({ connections: 1, authenticated: 1 });
    socket.terminate();
  });

  test('get 401 for a token that is not valid, and 429 for too many', async () => {
    const server = await start({ LIMITS: '{"failedAuthenticationsBurst":2,"failedAuthenticationsPerMinute":1}' });
    const invalid = { authorization: `Bearer ${tokenFor('ada', 'trader')}x` };
    for (let index = 0; index < 2; index += 1)
      expect(await status(server, invalid)).toBe('Unexpected server response: 401');
    expect(await status(server, invalid)).toBe('Unexpected server response: 429');
    expect(server.counts().connections).toBe(0);
  });

  test('get 429 for an address with too many, which only a trusted proxy may name', async () => {
    const server = await start({
      LIMITS: '{"newConnectionsBurst":2,"newConnectionsPerSecond":1}',
      TRUSTED_PROXIES: '127.0.0.1',
    });
    const from = (address: string) => status(server, { 'x-forwarded-for': address });
    const limited = 'Unexpected server response: 429';
    expect(await Promise.all(Array.from({ length: 4 }, () => from('198.51.100.7')))).toContain(limited);
    expect(await from('198.51.100.8')).toBe('open');
    const other = await start({ LIMITS: '{"connectionsPerAddressMax":1}' });
    await WsClient.open(other.port);
    expect(await status(other, { 'x-forwarded-for': '198.51.100.8' })).toBe(limited);
  });
});
