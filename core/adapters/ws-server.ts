import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import type { Socket } from '../ports.ts';
import { wsSocket } from './ws-socket.ts';

export interface WsServerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Where upgrades are accepted; all others get 404. */
  readonly path: string;
  readonly payloadMaxBytes: number;
  /** What `GET /health` answers, as JSON. */
  readonly health: () => { readonly status: number; readonly body: object };
  readonly onConnection: (socket: Socket) => void;
}

export interface WsServer {
  readonly port: number;
  /** Accepts nothing from now on. */
  refuse(): void;
  /** Resolves when all connections have ended; those that don't end by themselves are dropped after `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/** An HTTP server that hands over each WebSocket. Rejects when it can't listen. */
export async function listen(options: WsServerOptions): Promise<WsServer> {
  // Without compression: it costs memory per connection, and prices are short.
  const webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: options.payloadMaxBytes,
    perMessageDeflate: false,
  });
  const server = createServer((request, response) => {
    const isHealth = request.method === 'GET' && pathOf(request.url) === '/health';
    const { status, body } = isHealth ? options.health() : { status: 404, body: { error: 'not found' } };
    response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(JSON.stringify(body));
  });
  server.on('upgrade', (request, stream, head) => {
    // An error here ends in `close`; without a listener it would end the process.
    stream.on('error', () => undefined);
    if (pathOf(request.url) !== options.path) {
      stream.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    webSockets.handleUpgrade(request, stream, head, (webSocket) => {
      options.onConnection(wsSocket(webSocket, request.socket.remoteAddress ?? 'unknown'));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });

  let closed: Promise<void> | null = null;
  const refuse = (): Promise<void> =>
    (closed ??= new Promise((resolve) => {
      server.close(() => {
        resolve();
      });
      server.closeIdleConnections();
    }));
  return {
    port: (server.address() as AddressInfo).port,
    refuse: () => void refuse(),
    close: async (graceMs) => {
      const drop = setTimeout(() => {
        for (const webSocket of webSockets.clients) webSocket.terminate();
        server.closeAllConnections();
      }, graceMs);
      await refuse();
      clearTimeout(drop);
    },
  };
}

function pathOf(url: string | undefined): string {
  return (url ?? '').split('?', 1)[0] ?? '';
}
