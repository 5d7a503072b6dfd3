/** Reads the memory of a process through Node's inspector. */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';

const PAUSE_MS = 300;

export interface Memory {
  /** After a garbage collection. */
  readonly heapBytes: number;
  readonly residentBytes: number;
}

export class Inspector {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (result: unknown) => void>();
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer) => {
      const { id, result } = JSON.parse(data.toString()) as { id?: number; result?: unknown };
      if (id === undefined) return;
      this.#waiting.get(id)?.(result);
      this.#waiting.delete(id);
    });
  }

  static async connect(url: string): Promise<Inspector> {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    await once(socket, 'open');
    return new Inspector(socket);
  }

  /** Collects garbage several times, with pauses, in which sockets and timers end. */
  async memory(): Promise<Memory> {
    for (let times = 0; times < 3; times += 1) {
      await this.#call('HeapProfiler.collectGarbage');
      await sleep(PAUSE_MS);
    }
    const { usedSize } = (await this.#call('Runtime.getHeapUsage')) as { usedSize: number };
    const expression = 'process.memoryUsage.rss()';
    const { result } = (await this.#call('Runtime.evaluate', { expression })) as { result: { value: number } };
    return { heapBytes: usedSize, residentBytes: result.value };
  }

  close(): void {
    this.#socket.close();
  }

  #call(method: string, params: object = {}): Promise<unknown> {
    const id = (this.#lastId += 1);
    this.#socket.send(JSON.stringify({ id, method, params }));
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }
}
