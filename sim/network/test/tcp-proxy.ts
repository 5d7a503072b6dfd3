/**
 * A TCP proxy that injects faults into real connections. It holds bytes back and passes them on in
 * order, delays them, reads slowly, resets connections, or forgets one end. It never changes,
 * repeats or reorders bytes.
 */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export type Direction = 'up' | 'down';

const BOTH: readonly Direction[] = ['up', 'down'];

/** One connection. `near` is the client's side of the proxy, `far` the server's. */
export class ProxiedLine {
  readonly #near: Socket;
  readonly #far: Socket;
  readonly #holds = { up: 0, down: 0 };
  readonly #isWaiting = { up: false, down: false };
  /** Resolves when the client's connection is closed. */
  readonly ended: Promise<void>;
  /** Delay of each piece. */
  latencyMs = 0;
  /** Maps each piece that was read to the bytes that are passed on in its place. */
  readonly passes: Record<Direction, (piece: Buffer) => Buffer> = { up: (piece) => piece, down: (piece) => piece };

  constructor(near: Socket, far: Socket) {
    this.#near = near;
    this.#far = far;
    this.ended = new Promise((resolve) => near.once('close', () => resolve()));
    this.#forward('up', near, far);
    this.#forward('down', far, near);
  }

  /** Stops reading in these directions. Nothing passes, and the sender's buffers fill up. */
  hold(directions: readonly Direction[] = BOTH): void {
    for (const direction of directions) {
      this.#holds[direction] += 1;
      this.#from(direction).pause();
    }
  }

  pass(directions: readonly Direction[] = BOTH): void {
    for (const direction of directions) {
      this.#holds[direction] -= 1;
      this.#goOn(direction);
    }
  }

  /** Passes one waiting piece of a held direction, of at most 64 KiB. */
  trickle(direction: Direction): void {
    const from = this.#from(direction);
    from.once('data', () => {
      if (this.#holds[direction] > 0) from.pause();
    });
    from.resume();
  }

  /** Resets both ends. */
  reset(): void {
    this.#near.resetAndDestroy();
    this.#far.resetAndDestroy();
  }

  /** Closes both ends, as a proxy that goes away. What arrives later is answered by a reset. */
  end(): void {
    for (const socket of [this.#near, this.#far]) {
      socket.removeAllListeners('data');
      socket.on('data', () => socket.resetAndDestroy());
      socket.end();
    }
  }

  /** Writes bytes to the receiver of a direction, behind what was passed on. */
  write(direction: Direction, bytes: Buffer): void {
    const to = direction === 'up' ? this.#far : this.#near;
    if (!to.destroyed) to.write(bytes);
  }

  /** Resets the client's end. The server's is not notified, and what it sends is not read. */
  forgetNear(): void {
    this.hold();
    this.#near.resetAndDestroy();
  }

  /** Resets the server's end. The client's is not notified, and what it sends is not read. */
  forgetFar(): void {
    this.hold();
    this.#far.resetAndDestroy();
  }

  /** The port of the client, and the one that the server sees. */
  get ports(): { readonly client: number | undefined; readonly server: number | undefined } {
    return { client: this.#near.remotePort, server: this.#far.localPort };
  }

  destroy(): void {
    this.#near.destroy();
    this.#far.destroy();
  }

  #from(direction: Direction): Socket {
    return direction === 'up' ? this.#near : this.#far;
  }

  #goOn(direction: Direction): void {
    if (this.#holds[direction] === 0 && !this.#isWaiting[direction]) this.#from(direction).resume();
  }

  #forward(direction: Direction, from: Socket, to: Socket): void {
    const wait = (): void => {
      this.#isWaiting[direction] = true;
      from.pause();
    };
    const goOn = (): void => {
      this.#isWaiting[direction] = false;
      this.#goOn(direction);
    };
    const passOn = (piece: Buffer): void => {
      if (to.destroyed) return;
      if (to.write(piece)) goOn();
      else to.once('drain', goOn);
    };
    from.setNoDelay(true);
    from.on('data', (read: Buffer) => {
      const piece = this.passes[direction](read);
      if (piece.length === 0) return;
      wait();
      if (this.latencyMs === 0) passOn(piece);
      else setTimeout(() => passOn(piece), this.latencyMs);
    });
    from.on('end', () => to.end());
    from.on('error', () => to.resetAndDestroy());
  }
}

export class TcpProxy {
  readonly #server: Server;
  /** Called with each new connection, before anything passes. */
  onLine: (line: ProxiedLine) => void = () => undefined;
  /** Port to which new connections lead. */
  targetPort: number;
  readonly #waiting: (() => void)[] = [];
  #isHeld = false;
  #port = 0;
  /** In the order in which they were accepted. */
  readonly lines: ProxiedLine[] = [];

  private constructor(server: Server, targetPort: number) {
    this.#server = server;
    this.targetPort = targetPort;
    server.on('connection', (near) => {
      if (this.#isHeld) this.#waiting.push(() => this.#accept(near));
      else this.#accept(near);
    });
  }

  static async to(targetPort: number): Promise<TcpProxy> {
    const server = createServer({ allowHalfOpen: true });
    const proxy = new TcpProxy(server, targetPort);
    await proxy.listen();
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Makes new connections wait. */
  holdNew(): void {
    this.#isHeld = true;
  }

  passNew(): void {
    this.#isHeld = false;
    for (const accept of this.#waiting.splice(0)) accept();
  }

  /**
   * Refuses new connections from now on until `listen`. Resolves when all connections have ended,
   * so the caller has to stop the server: each client then sees the end that the server gave it.
   */
  async refuse(): Promise<void> {
    this.#port = this.port;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    await Promise.all([closed, ...this.lines.map((line) => line.ended)]);
  }

  /** Listens on the same port as before. */
  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve));
  }

  close(): void {
    for (const line of this.lines) line.destroy();
    this.#server.close();
  }

  #accept(near: Socket): void {
    const far = connect({ host: '127.0.0.1', port: this.targetPort, allowHalfOpen: true });
    const line = new ProxiedLine(near, far);
    this.lines.push(line);
    this.onLine(line);
  }
}
