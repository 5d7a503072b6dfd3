import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import type { Socket } from '../ports.ts';
import { wsSocket } from './ws-socket.ts';

export interface WsServerOptions {
  readonly host: string;
  /** 0 selects a free port. */
  readonly port: number;
  /** The path of WebSocket upgrades. All other paths get 404. */
  readonly path: string;
  readonly payloadMaxBytes: number;
  /** The subprotocol that is chosen if the client offers it. */
  readonly subprotocol: string;
  /** The response to `GET /health`, as JSON. */
  readonly health: () => { readonly status: number; readonly body: object };
  readonly onConnection: (socket: Socket) => void;
}

export interface WsServer {
  readonly port: number;
  /** Stops accepting connections. */
  refuse(): void;
  /** Resolves when all connections have ended. Drops the remaining ones after `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/** Starts an HTTP server that accepts WebSockets. Rejects if it cannot listen. */
export async function listen(options: WsServerOptions): Promise<WsServer> {
  // No compression: it costs memory per connection, and prices are short.
  const webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: options.payloadMaxBytes,
    perMessageDeflate: false,
    handleProtocols: (offered) => offered.has(options.subprotocol) && options.subprotocol,
  });
  const server = createServer((request, response) => {
    const isHealth = request.method === 'GET' && pathOf(request.url) === '/health';
    const { status, body } = isHealth ? options.health() : { status: 404, body: { error: 'not found' } };
    response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(JSON.stringify(body));
  });
  server.on('upgrade', (request, stream, head) => {
    // `close` follows. Without a listener the error would crash the process.
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
