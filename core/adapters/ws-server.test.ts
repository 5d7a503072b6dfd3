import { once } from 'node:events';
import { request } from 'node:http';
import type { Socket as Stream } from 'node:net';
import { expect, test, vi } from 'vitest';
import { listen } from './ws-server.ts';
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

test('closes although a client never answers the closing handshake', async () => {
  let closeCode = 0;
  const server = await listen({
    host: '127.0.0.1',
    port: 0,
    path: '/stream',
    payloadMaxBytes: 1_000,
    subprotocol: 'p',
    pages: {},
    admit: () => (socket) => {
      socket.attach({
        onMessage: () => undefined,
        onBinary: () => undefined,
        onPong: () => undefined,
        onClose: (code) => (closeCode = code),
      });
      socket.close(1012, 'bye');
    },
  });
  const stream = await ignoringClient(server.port);
  await server.close(20);
  await vi.waitFor(() => expect(closeCode).toBe(1006), PATIENT);
  stream.destroy();
});
