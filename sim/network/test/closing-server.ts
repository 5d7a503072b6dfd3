/** A real client that connects while the server's event loop stands still. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Worker } from 'node:worker_threads';
import { WebSocketServer } from 'ws';

/** Runs in a thread, because the server's stands still. Publishes that TCP has connected. */
const CLIENT = `
const { workerData, parentPort } = require('node:worker_threads');
const socket = require('node:net').connect(workerData.port, '127.0.0.1', () => {
  socket.write('GET / HTTP/1.1\\r\\nHost: x\\r\\nConnection: Upgrade\\r\\nUpgrade: websocket\\r\\n' +
    'Sec-WebSocket-Version: 13\\r\\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\\r\\n\\r\\n');
  Atomics.store(workerData.connected, 0, 1);
  Atomics.notify(workerData.connected, 0);
});
socket.on('data', (bytes) => parentPort.postMessage(String(bytes).split('\\r\\n', 1)[0]));
socket.on('error', ({ code }) => parentPort.postMessage(code === 'ECONNRESET' ? 'connection reset' : code));
socket.on('close', () => parentPort.postMessage('closed'));
`;

const WAIT_MS_MAX = 10_000;

/** Resolves to what the client reports first. */
export async function dialClosingServer(): Promise<string> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const connected = new Int32Array(new SharedArrayBuffer(4));
  const { port } = server.address() as AddressInfo;
  const client = new Worker(CLIENT, { eval: true, workerData: { port, connected } });
  await once(client, 'online');
  // This thread stands still. The operating system accepts the connection.
  if (Atomics.wait(connected, 0, 0, WAIT_MS_MAX) === 'timed-out') throw new Error('the client did not connect');
  server.close();
  const [report] = (await once(client, 'message')) as [string];
  await client.terminate();
  return report;
}
