/** Real sockets: a server and clients of `ws`, with a proxy between them that injects faults. */
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import type { ServerSocket, UpgradeRequest, WebSocketServer as SystemServer } from '../../system/web-socket-types.ts';
import { dialClosingServer } from './closing-server.ts';
import { freePort } from '../../redis/test/real-redis.ts';
import type { OpenOptions, SocketPair, SocketTarget } from './socket-target.ts';
import { type Direction, type ProxiedLine, TcpProxy } from './tcp-proxy.ts';

/** How long an impatient server waits for the end of a closing handshake. */
export const IMPATIENT_MS = 50;

interface RealPair extends SocketPair {
  readonly client: WebSocket;
  readonly line: ProxiedLine;
}

/** A server and the proxy in front of it. */
class Side {
  readonly #server: WebSocketServer;
  readonly proxy: TcpProxy;
  #accepted: ((socket: WebSocket, request: IncomingMessage) => void) | null = null;

  private constructor(server: WebSocketServer, proxy: TcpProxy) {
    this.#server = server;
    this.proxy = proxy;
    server.on('connection', (socket, request) => this.#accepted?.(socket, request));
  }

  static async start(options: { closeTimeout?: number } = {}): Promise<Side> {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false, ...options });
    await new Promise((resolve) => server.once('listening', resolve));
    return new Side(server, await TcpProxy.to((server.address() as AddressInfo).port));
  }

  async open({ url = '/', headers = {}, protocols = [] }: OpenOptions): Promise<RealPair> {
    const [serverLog, clientLog]: [string[], string[]] = [[], []];
    const accepted = new Promise<[WebSocket, IncomingMessage]>((resolve) => {
      this.#accepted = (socket, request) => {
        listenAtServer(socket as unknown as ServerSocket, serverLog);
        resolve([socket, request]);
      };
    });
    const address = `ws://127.0.0.1:${this.proxy.port}${url}`;
    const client = new WebSocket(address, [...protocols], { headers, perMessageDeflate: false });
    listenAtClient(client, clientLog);
    await new Promise<void>((resolve, reject) => {
      client.once('open', resolve);
      client.once('error', reject);
    });
    const [socket, request] = await accepted;
    const line = this.proxy.lines.at(-1);
    if (line === undefined) throw new Error('no connection came through the proxy');
    return {
      server: socket as unknown as ServerSocket,
      client,
      line,
      serverLog,
      clientLog,
      request: request as unknown as UpgradeRequest,
    };
  }

  stop(): void {
    this.proxy.close();
    for (const client of this.#server.clients) client.terminate();
    this.#server.close();
  }
}

export interface RealSockets extends SocketTarget {
  stop(): void;
}

export async function realSockets(): Promise<RealSockets> {
  const [patient, impatient] = [await Side.start(), await Side.start({ closeTimeout: IMPATIENT_MS })];
  const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
  const servers: WebSocketServer[] = [];
  let oneWay = 0;

  const faults: Readonly<Record<string, (pair: RealPair) => () => void>> = {
    latency: ({ line }) => {
      line.latencyMs = 10;
      return () => (line.latencyMs = 0);
    },
    'connection-loss': ({ line }) => reset(line),
    'reconnect-storm': () => {
      for (const line of patient.proxy.lines) reset(line);
      return nothing;
    },
    'half-open': ({ line }) => {
      line.forgetNear();
      return nothing;
    },
    'client-stall': ({ client }) => {
      client.pause();
      return () => client.resume();
    },
    'slow-reader': ({ line }) => {
      line.hold(['down']);
      const reading = setInterval(() => line.trickle('down'), 10);
      return () => {
        clearInterval(reading);
        line.pass(['down']);
      };
    },
    partition: ({ line }) => hold(line, ['up', 'down']),
    'partition-one-way': ({ line }) => {
      oneWay += 1;
      return hold(line, [oneWay % 2 === 0 ? 'up' : 'down']);
    },
  };

  return {
    open: (options = {}) => (options.impatient === true ? impatient : patient).open(options),
    serve: async (options, arrange) => {
      const settings = { host: '127.0.0.1', port: 0, perMessageDeflate: false };
      const server = new WebSocketServer({ ...(options as object), ...settings });
      servers.push(server);
      arrange?.(server as unknown as SystemServer);
      await new Promise((resolve) => server.once('listening', resolve));
      const { port } = server.address() as AddressInfo;
      return { server: server as unknown as SystemServer, dial: (wanted) => dialReal(port, wanted) };
    },
    dialClosingServer,
    openNowhere: async () => {
      const client = new WebSocket(`ws://127.0.0.1:${await freePort()}/`);
      return new Promise((resolve, reject) => {
        client.once('open', resolve);
        client.once('error', reject);
      });
    },
    inject: (kind, pair) => {
      if (pair === undefined) {
        if (kind !== 'partition') throw new Error(`${kind} needs a connection`);
        patient.proxy.holdNew();
        return () => patient.proxy.passNew();
      }
      const begin = faults[kind];
      if (begin === undefined) throw new Error(`cannot inject ${kind} into real sockets`);
      return begin(pair as RealPair);
    },
    resetUnseen: async (pair, act) => {
      (pair as RealPair).line.reset();
      // On loopback the reset has arrived by now. This process sees it in a later turn.
      act();
      await pause();
    },
    pause,
    stop: () => {
      patient.stop();
      impatient.stop();
      for (const server of servers) {
        for (const client of server.clients ?? []) client.terminate();
        server.close();
      }
    },
  };
}

function dialReal(port: number, { url = '/', headers = {}, protocols = [] }: OpenOptions = {}): Promise<string> {
  const client = new WebSocket(`ws://127.0.0.1:${port}${url}`, [...protocols], { headers, perMessageDeflate: false });
  return new Promise((resolve) => {
    client.once('open', () => resolve(`open ${client.protocol}`.trim()));
    client.once('unexpected-response', (request, response) => {
      resolve(`refused with ${response.statusCode}`);
      request.destroy();
    });
    client.on('error', ({ message, code }: Error & { code?: string }) =>
      resolve(message === 'Server sent no subprotocol' ? 'server sent no subprotocol' : `${code ?? message}`),
    );
  });
}

const nothing = (): void => undefined;

function reset(line: ProxiedLine): () => void {
  line.reset();
  return nothing;
}

function hold(line: ProxiedLine, directions: readonly Direction[]): () => void {
  line.hold(directions);
  return () => line.pass(directions);
}

/** Logs the events of a server's socket. */
export function listenAtServer(socket: ServerSocket, log: string[]): void {
  socket.on('message', (data: Buffer) => log.push(`message ${data.toString()}`));
  socket.on('pong', (data: Buffer) => log.push(`pong ${data.toString()}`));
  socket.on('error', (error: Error) => log.push(`error ${error.message}`));
  socket.on('close', (code: number, reason: Buffer) => log.push(`close ${code} ${reason.toString()}`));
}

interface ClientEvents {
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  addEventListener(type: 'close', listener: (event: { code: number; reason: string; wasClean: boolean }) => void): void;
}

/** Logs the events of a client, except errors, which differ between clients. */
export function listenAtClient(client: object, log: string[]): void {
  const events = client as ClientEvents;
  events.addEventListener('message', ({ data }) => log.push(`message ${String(data)}`));
  events.addEventListener('close', ({ code, reason, wasClean }) =>
    log.push(`close ${code} ${reason} ${wasClean ? 'clean' : 'unclean'}`),
  );
}
