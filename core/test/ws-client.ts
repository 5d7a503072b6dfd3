import { once } from 'node:events';
import { WebSocket } from 'ws';
import { subprotocol } from '../protocol.ts';

export type Frame = Readonly<Record<string, unknown>>;

/** A real client. Keeps all received frames, which tests can wait for. */
export class WsClient {
  readonly socket: WebSocket;
  readonly frames: Frame[] = [];
  #closeCode: number | null = null;
  #waiting: (() => void)[] = [];

  constructor(port: number, path = '/stream', protocols: string[] = [subprotocol]) {
    this.socket = new WebSocket(`ws://127.0.0.1:${String(port)}${path}`, protocols);
    this.socket.on('error', () => undefined);
    this.socket.on('message', (data: Buffer) => {
      this.frames.push(JSON.parse(data.toString('utf8')) as Frame);
      this.#wake();
    });
    this.socket.on('close', (code: number) => {
      this.#closeCode = code;
      this.#wake();
    });
  }

  static async open(port: number): Promise<WsClient> {
    const client = new WsClient(port);
    await once(client.socket, 'open');
    return client;
  }

  say(frame: object): void {
    this.socket.send(JSON.stringify(frame));
  }

  /**
   * The next frame of this type that no earlier call returned. Throws if the connection ends first.
   */
  async next(type: string): Promise<Frame> {
    for (;;) {
      const index = this.frames.findIndex((frame) => frame['type'] === type);
      const [frame] = index < 0 ? [] : this.frames.splice(index, 1);
      if (frame !== undefined) return frame;
      if (this.#closeCode !== null) throw new Error(`closed ${String(this.#closeCode)} before a frame ${type}`);
      await this.#change();
    }
  }

  /** Resolves to the close code. */
  async closed(): Promise<number> {
    while (this.#closeCode === null) await this.#change();
    return this.#closeCode;
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
