/** A real Redis for contract tests: one started from the PATH, or else the one at REDIS_URL. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';

export interface RealRedis {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * A server that nothing else uses, since tests look at its counts, pause it and monitor it. Null,
 * with a message, if there is none. Throws if CI_REQUIRE_REDIS or SEEDSTORM_LONG_TESTS is 1.
 */
export async function realRedis(): Promise<RealRedis | null> {
  const started = await RedisProcess.start();
  if (started !== null) return started;
  const url = process.env['REDIS_URL'] ?? '';
  if (url !== '') return { url, stop: () => Promise.resolve() };
  return withoutRedis('put redis-server on the PATH, or set REDIS_URL');
}

export function withoutRedis(remedy: string): null {
  if (['CI_REQUIRE_REDIS', 'SEEDSTORM_LONG_TESTS'].some((name) => process.env[name] === '1'))
    throw new Error(`no Redis: ${remedy}`);
  process.stderr.write(`\n  SKIPPED: the simulated Redis was not held against a real one; no Redis: ${remedy}\n`);
  return null;
}

/** A server process of the test, which it may stop, kill and restart. */
export class RedisProcess implements RealRedis {
  readonly port: number;
  readonly #folder: string;
  readonly #options: Readonly<Record<string, string>>;
  #server: ChildProcess | null = null;
  #ended: Promise<void> = Promise.resolve();

  private constructor(port: number, folder: string, options: Readonly<Record<string, string>>) {
    this.port = port;
    this.#folder = folder;
    this.#options = { bind: '127.0.0.1', port: String(port), save: '', appendonly: 'no', dir: folder, ...options };
  }

  /** Returns null when `redis-server` is not installed. */
  static async start(options: Readonly<Record<string, string>> = {}): Promise<RedisProcess | null> {
    const folder = mkdtempSync(path.join(tmpdir(), 'seedstorm-redis-'));
    // Another process may take the port before the server does.
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const redis = new RedisProcess(await freePort(), folder, options);
      if (await redis.restart()) return redis;
      await redis.signal('SIGKILL');
      if (!redis.exists) break;
    }
    rmSync(folder, { recursive: true, force: true });
    return null;
  }

  /** Whether the program exists. */
  get exists(): boolean {
    return this.#server?.pid !== undefined;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Resolves when the server answers, or has exited. */
  async restart(): Promise<boolean> {
    const options = Object.entries(this.#options).flatMap(([name, value]) => [`--${name}`, value]);
    const server = spawn('redis-server', options, { stdio: 'ignore' });
    this.#server = server;
    this.#ended = endOf(server);
    return server.pid !== undefined && (await Promise.race([answers(this.url), this.#ended.then(() => false)]));
  }

  /** For SIGKILL, resolves when the server has exited. */
  async signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<void> {
    this.#server?.kill(signal);
    if (signal === 'SIGKILL') await this.#ended;
  }

  async stop(): Promise<void> {
    await this.signal('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Waits for `spawn` or `error`: the program may not exist. */
function endOf(server: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    server.once('exit', () => resolve());
    server.once('error', () => resolve());
  });
}

/** Returns whether the server answers. It refuses connections while it starts. */
async function answers(url: string): Promise<boolean> {
  const client = new Redis(url, {
    retryStrategy: (attempt) => (attempt > 200 ? null : 50),
    maxRetriesPerRequest: null,
  });
  client.on('error', () => undefined);
  const reply = await client.ping().catch(() => 'no');
  client.disconnect();
  return reply === 'PONG';
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
