/** The same sequence of server events, on the simulated server and on the real one of `ws`. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { WebSocketServer as SystemServer } from '../../system/web-socket-types.ts';
import { runWorld } from '../../world/test/run-world.ts';

/** Logs the events of a server, and how it closes. */
function follow(server: SystemServer, note: (what: string) => void): void {
  for (const name of ['listening', 'close'] as const) server.on(name, () => note(name));
  server.on('connection', (socket, request: { url: string }) => {
    note(`connection ${request.url}, clients ${server.clients.size}, itself ${server.clients.has(socket)}`);
    socket.on('close', () => note(`gone, clients ${server.clients.size}`));
    socket.on('message', () => {
      server.close((error) => note(`closed ${String(error)}`));
      note('closing');
      socket.send('closing');
    });
  });
}

async function onTwin(): Promise<string[]> {
  const notes: string[] = [];
  await runWorld(
    (node, tools) => {
      const server = node.webSocketServer();
      follow(server, (what) => notes.push(what));
      tools.at(5000, () => server.close((error) => notes.push(`closed again ${error?.message}`)));
      return {};
    },
    (tools) =>
      tools.at(10, async () => {
        const client = await tools.dial('client-1', 'node-1', { url: '/a' });
        client.onmessage = () =>
          void tools.dial('client-2').catch(() => {
            notes.push('refused');
            client.close();
          });
        client.send('close');
      }),
  );
  return notes;
}

async function onReal(): Promise<string[]> {
  const notes: string[] = [];
  const http = createServer((_request, response) => response.writeHead(503).end()).listen(0, '127.0.0.1');
  const server = new WebSocketServer({ server: http });
  const closed = once(server, 'close');
  follow(server as unknown as SystemServer, (what) => notes.push(what));
  await once(server, 'listening');
  const { port } = http.address() as AddressInfo;
  const client = new WebSocket(`ws://127.0.0.1:${port}/a`);
  await once(client, 'open');
  client.send('close');
  await once(client, 'message');
  await once(new WebSocket(`ws://127.0.0.1:${port}/`), 'error');
  notes.push('refused');
  client.close();
  await closed;
  await new Promise<void>((resolve) =>
    server.close((error) => {
      notes.push(`closed again ${error?.message}`);
      resolve();
    }),
  );
  http.close();
  return notes;
}

it.each([
  ['twin', onTwin],
  ['real', onReal],
])(
  'a server of the %s keeps new connections out when it is closed, and has closed when the last is gone',
  async (_name, live) => {
    expect(await live()).toEqual([
      'listening',
      'connection /a, clients 1, itself true',
      'closing',
      'refused',
      'gone, clients 0',
      'close',
      'closed undefined',
      'close',
      'closed again The server is not running',
    ]);
  },
);
