import { once } from 'node:events';
import { request } from 'node:http';
import { connect, type Socket as Stream } from 'node:net';
import { expect, test, vi } from 'vitest';
import { listen, type WsServer } from './ws-server.ts';
import { PATIENT } from '../test/patient.ts';

/** A client that completes the opening handshake and then ignores all frames. */
async function ignoringClient(port: number): Promise<Stream> {
  const headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': Buffer.alloc(16).toString('base64'),
  };
  const handshake = request({ host: '127.0.0.1', port, path: '/stream', headers });
  handshake.end();
  const [, stream] = (await once(handshake, 'upgrade')) as [unknown, Stream];
  return stream;
}

/** A server that says goodbye to each client, and hears of its end. */
function closingServer(closeWithinMs: number, onClose: (code: number) => void): Promise<WsServer> {
  return listen({
    host: '127.0.0.1',
    port: 0,
    path: '/stream',
    payloadMaxBytes: 1_000,
    closeWithinMs,
    subprotocol: 'p',
    pages: {},
    admit: () => (socket) => {
      const ignore = (): void => undefined;
      socket.attach({ onMessage: ignore, onBinary: ignore, onPong: ignore, onClose: (_, code) => onClose(code) }, null);
      socket.close(1012, 'bye');
    },
  });
}

test('a server closes although a client never answers the closing handshake', async () => {
  const onClose = vi.fn();
  const server = await closingServer(3_600_000, onClose);
  const stream = await ignoringClient(server.port);
  await server.close(20);
  await vi.waitFor(() => expect(onClose).toHaveBeenCalledWith(1006), PATIENT);
  stream.destroy();
});

test('a client that never answers the closing handshake loses its socket', async () => {
  const onClose = vi.fn();
  const server = await closingServer(20, onClose);
  const stream = await ignoringClient(server.port);
  await vi.waitFor(() => expect(onClose).toHaveBeenCalledWith(1006), PATIENT);
  stream.destroy();
  await server.close(20);
});

test('a server closes although a client whose upgrade was refused never closes', async () => {
  const server = await closingServer(3_600_000, vi.fn());
  const stream = connect({ host: '127.0.0.1', port: server.port, allowHalfOpen: true });
  stream.write('GET /elsewhere HTTP/1.1\r\nHost: here\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
  let answer = '';
  stream.setEncoding('utf8').on('data', (part: string) => (answer += part));
  await once(stream, 'end');
  expect(answer).toMatch(/^HTTP\/1\.1 404 Not Found\r\n/);
  await server.close(20);
  stream.destroy();
});
