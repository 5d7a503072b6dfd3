import { once } from 'node:events';
import { WebSocket } from 'ws';

export type Frame = Readonly<Record<string, unknown>>;

/** A real client. Everything it is told is kept, and can be waited for. */
export class WsClient {
  readonly socket: WebSocket;
  readonly frames: Frame[] = [];
  #closeCode: number | null = null;
  #waiting: (() => void)[] = [];

  constructor(port: number, path = '/stream') {
    this.socket = new WebSocket(`ws://127.0.0.1:${String(port)}${path}`);
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

  /** The next frame of this type that was not waited for yet. Throws when the connection ends before. */
  async next(type: string): Promise<Frame> {
    for (;;) {
      const index = this.frames.findIndex((frame) => frame['type'] === type);
      const [frame] = index < 0 ? [] : this.frames.splice(index, 1);
      if (frame !== undefined) return frame;
      if (this.#closeCode !== null) throw new Error(`closed ${String(this.#closeCode)} before a frame ${type}`);
      await this.#change();
    }
  }

  /** The close code, once there is one. */
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
