import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ServerOptions, WebSocketServer } from 'ws';
import type { Socket } from '../ports.ts';
import { ignore, wsSocket } from './ws-socket.ts';

export interface Page {
  readonly status: number;
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A page with a value as JSON. */
export function jsonPage(status: number, value: object): Page {
  return { status, contentType: 'application/json', body: JSON.stringify(value) };
}

export interface WsServerOptions {
  readonly host: string;
  /** 0 selects a free port. */
  readonly port: number;
  /** The path of WebSocket upgrades. All other paths get 404. */
  readonly path: string;
  readonly payloadMaxBytes: number;
  /** A connection whose peer does not answer a close frame ends after this time. */
  readonly closeWithinMs: number;
  /** The subprotocol that is chosen if the client offers it. */
  readonly subprotocol: string;
  /** The responses to `GET`, by path. All other requests get 404. */
  readonly pages: Readonly<Record<string, () => Page | Promise<Page>>>;
  /** The address of the client of a request. Default: that of the peer. */
  readonly addressOf?: (peer: string, headers: IncomingHttpHeaders) => string;
  /** The status with which an upgrade is refused, or how its connection is served. */
  readonly admit: (address: string, headers: IncomingHttpHeaders) => RefusalStatus | ((socket: Socket) => void);
}

/** Responses to upgrades that are refused, by status. */
const refusals = {
  401: '401 Unauthorized\r\nWWW-Authenticate: Bearer',
  403: '403 Forbidden',
  404: '404 Not Found',
  429: '429 Too Many Requests\r\nRetry-After: 1',
  503: '503 Service Unavailable',
} as const;

export type RefusalStatus = keyof typeof refusals;

export interface WsServer {
  readonly port: number;
  /** Answers upgrades with 503 from now on. Pages are still served: load balancers read them. */
  refuse(): void;
  /**
   * Stops listening. Resolves when all connections have ended. Drops the remaining ones after
   * `graceMs`.
   */
  close(graceMs: number): Promise<void>;
}

/** Starts an HTTP server that accepts WebSockets. Rejects if it cannot listen. */
export async function listen(options: WsServerOptions): Promise<WsServer> {
  // Its types lack `closeTimeout`.
  const serverOptions: ServerOptions & { readonly closeTimeout: number } = {
    noServer: true,
    maxPayload: options.payloadMaxBytes,
    // A dead client that was closed holds all that it has not read.
    closeTimeout: options.closeWithinMs,
    // No compression: it costs memory per connection, and prices are short.
    perMessageDeflate: false,
    // Listed below: `ws` would add a listener to each connection.
    clientTracking: false,
    handleProtocols: (offered) => offered.has(options.subprotocol) && options.subprotocol,
  };
  const webSockets = new WebSocketServer(serverOptions);
  const open = new Set<Socket>();
  const pages = new Map(Object.entries(options.pages));
  const pageFor = async ({ method, url }: IncomingMessage): Promise<Page> => {
    const page = method === 'GET' ? pages.get(pathOf(url)) : undefined;
    return page === undefined ? jsonPage(404, { error: 'not found' }) : await page();
  };
  let isRefusing = false;
  const server = createServer((request, response) => {
    void pageFor(request)
      // The reason stays here: it may contain anything.
      .catch(() => jsonPage(500, { error: 'internal error' }))
      .then(({ status, contentType, headers, body }) => {
        response.writeHead(status, {
          'content-type': contentType,
          'cache-control': 'no-store',
          'x-content-type-options': 'nosniff',
          ...headers,
        });
        response.end(body);
      });
  });
  server.on('upgrade', (request, stream, head) => {
    // `close` follows. Without a listener the error would crash the process.
    stream.on('error', ignore);
    const peer = request.socket.remoteAddress ?? 'unknown';
    const address = options.addressOf?.(peer, request.headers) ?? peer;
    const admitted =
      pathOf(request.url) !== options.path ? 404 : isRefusing ? 503 : options.admit(address, request.headers);
    if (typeof admitted === 'number') {
      // `server` has given the stream away, so that a client that never closes would keep it.
      stream.once('finish', () => stream.destroy());
      stream.end(`HTTP/1.1 ${refusals[admitted]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    webSockets.handleUpgrade(request, stream, head, (webSocket) => {
      // Now `ws` listens. A second listener would take 100 bytes for each connection.
      stream.off('error', ignore);
      admitted(wsSocket(webSocket, address, open));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });

  return {
    port: (server.address() as AddressInfo).port,
    refuse: () => {
      isRefusing = true;
    },
    close: async (graceMs) => {
      const drop = setTimeout(() => {
        for (const socket of open) socket.terminate();
        server.closeAllConnections();
      }, graceMs);
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeIdleConnections();
      });
      clearTimeout(drop);
    },
  };
}

function pathOf(url: string | undefined): string {
  return (url ?? '').split('?', 1)[0] ?? '';
}
