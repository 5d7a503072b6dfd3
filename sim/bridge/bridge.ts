/**
 * The simulated Redis on a port of this machine, for any client. Real time drives expiry and
 * timeouts; a seed decides what the server picks at random. Nothing is late or lost, and no fault
 * hits.
 */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Draws } from '../kernel/draws.ts';
import { NamedChoices } from '../kernel/choices.ts';
import type { Seed } from '../kernel/seed.ts';
import { RedisEngine } from '../redis/server/engine.ts';
import { DirectTransport } from '../redis/transport/direct-transport.ts';
import { WireConnection } from '../redis/wire/wire-connection.ts';
import { RealTimers } from './real-timers.ts';

/** Only programs of this machine may connect: there is no password. */
const HOST = '127.0.0.1';

export interface BridgeOptions {
  /** 0: a free port. */
  readonly port: number;
  readonly seed: Seed;
}

export class RedisBridge {
  readonly #server: Server;
  readonly #transport: DirectTransport;
  readonly #sockets = new Set<Socket>();

  private constructor(seed: Seed) {
    const engine = new RedisEngine();
    const draws = new Draws(seed);
    const lots = new NamedChoices();
    engine.begin({
      nowMs: () => Date.now(),
      fraction: (label) => {
        const { scope, count } = lots.next(`redis/lots/${label}`);
        return draws.fraction(scope, count);
      },
    });
    this.#transport = new DirectTransport(engine, new RealTimers());
    this.#server = createServer({ noDelay: true }, (socket) => this.#serve(socket));
  }

  /** Resolves when the port accepts connections. Rejects with a one-line message if it cannot. */
  static async listen({ port, seed }: BridgeOptions): Promise<RedisBridge> {
    const bridge = new RedisBridge(seed);
    await new Promise<void>((resolve, reject) => {
      bridge.#server.once('error', (error: NodeJS.ErrnoException) =>
        reject(error.code === 'EADDRINUSE' ? new Error(`port ${port} is in use; choose another with --port`) : error),
      );
      bridge.#server.listen(port, HOST, resolve);
    });
    return bridge;
  }

  /** `redis://127.0.0.1:6379` */
  get url(): string {
    return `redis://${HOST}:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Resets all connections and frees the port. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #serve(socket: Socket): void {
    const name = `${socket.remoteAddress}:${socket.remotePort}`;
    const end = (): void => socket.destroySoon();
    const connection = new WireConnection({
      transport: this.#transport,
      recorder: { command: () => undefined, keepsTexts: false },
      process: { name, alive: true },
      node: name,
      name,
      socket: {
        destroyed: false,
        peerAccepted: () => undefined,
        peerRefused: end,
        peerSent: (bytes) => socket.write(bytes),
        peerEnded: end,
        peerFailed: () => socket.destroy(),
      },
      acceptsInline: true,
      onNotSimulated: () => undefined,
      onForeignProtocol: (error) => {
        socket.write(`-ERR ${error}\r\n`);
        end();
      },
    });
    this.#sockets.add(socket);
    socket.on('data', (bytes) => connection.take(bytes, () => undefined));
    socket.on('end', () => connection.onEnd());
    socket.on('close', () => {
      connection.onDestroy();
      this.#sockets.delete(socket);
    });
    // Followed by `close`.
    socket.on('error', () => undefined);
  }
}
