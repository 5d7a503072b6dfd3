/** Reads the memory of a process through Node's inspector. */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { standsStill } from './stands-still.ts';

const PAUSE_MS = 500;
const COLLECTIONS_MAX = 60;

export interface Memory {
  /** After garbage collections, when the heap stands still. */
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

  /** Collects garbage until the heap stands still. In the pauses, sockets and timers end. */
  async memory(): Promise<Memory> {
    const sizes: number[] = [];
    while (!standsStill(sizes) && sizes.length < COLLECTIONS_MAX) {
      if (sizes.length > 0) await sleep(PAUSE_MS);
      await this.#call('HeapProfiler.collectGarbage');
      const { usedSize } = (await this.#call('Runtime.getHeapUsage')) as { usedSize: number };
      sizes.push(usedSize);
    }
    const expression = 'process.memoryUsage.rss()';
    const { result } = (await this.#call('Runtime.evaluate', { expression })) as { result: { value: number } };
    return { heapBytes: sizes.at(-1) ?? 0, residentBytes: result.value };
  }

  /**
   * The first error parses the source map of all code, which takes more than 2 MiB of the heap, and
   * looks like a leak.
   */
  async leaveOutSourceMaps(): Promise<void> {
    await this.#call('Runtime.evaluate', { expression: 'process.setSourceMapsEnabled(false)' });
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
