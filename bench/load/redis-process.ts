/** A real Redis without persistence, which the load test starts, kills and starts again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';

export class RedisProcess {
  readonly #port: number;
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'seedstorm-load-'));
  #server: ChildProcess | null = null;

  private constructor(port: number) {
    this.#port = port;
  }

  /** Null if there is no `redis-server` on the PATH. */
  static async start(): Promise<RedisProcess | null> {
    const redis = new RedisProcess(await freePort());
    if (await redis.start()) return redis;
    await redis.remove();
    return null;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.#port}`;
  }

  /** Whether the program exists. Resolves when it answers. Throws if it does not within 10 s. */
  async start(): Promise<boolean> {
    const settings = ['--bind', '127.0.0.1', '--port', String(this.#port), '--save', '', '--appendonly', 'no'];
    const server = spawn('redis-server', [...settings, '--dir', this.#folder], { stdio: 'ignore' });
    const exists = await Promise.race([
      once(server, 'spawn').then(() => true),
      new Promise<boolean>((resolve) => server.once('error', () => resolve(false))),
    ]);
    if (!exists) return false;
    this.#server = server;
    await this.#run((client) => client.ping());
    return true;
  }

  async kill(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (server === null) return;
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  }

  /** Number of rows of connections. */
  rows(): Promise<number> {
    return this.#run(async (client) => (await client.keys('conn:*')).length);
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #run<Value>(act: (client: Redis) => Promise<Value>): Promise<Value> {
    const client = new Redis(this.url, {
      retryStrategy: (attempt) => (attempt > 200 ? null : 50),
      maxRetriesPerRequest: null,
    });
    client.on('error', () => undefined);
    try {
      return await act(client);
    } finally {
      client.disconnect();
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
