/** A real Redis for the contract that the simulated one has to keep: the one at REDIS_URL, or one started from the PATH. */
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

/** Null, and loudly so, when there is none; an error when CI_REQUIRE_REDIS=1 says that there must be one. */
export async function realRedis(): Promise<RealRedis | null> {
  const given = process.env['REDIS_URL'] ?? '';
  if (given !== '') return { url: given, stop: () => Promise.resolve() };
  const started = await start();
  if (started !== null) return started;
  const problem = 'no Redis: set REDIS_URL, or put redis-server on the PATH';
  if (process.env['CI_REQUIRE_REDIS'] === '1') throw new Error(problem);
  process.stderr.write(
    `\n  SKIPPED: the contract of the simulated Redis was not held against a real one; ${problem}\n`,
  );
  return null;
}

async function start(): Promise<RealRedis | null> {
  const port = await freePort();
  const folder = mkdtempSync(path.join(tmpdir(), 'seedstorm-redis-'));
  const options = { bind: '127.0.0.1', port: String(port), save: '', appendonly: 'no', dir: folder };
  const server = spawn(
    'redis-server',
    Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]),
    { stdio: 'ignore' },
  );
  const ended = endOf(server);
  const stop = async (): Promise<void> => {
    server.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const url = `redis://127.0.0.1:${port}`;
  if (server.pid !== undefined && (await Promise.race([answers(url), ended.then(() => false)]))) return { url, stop };
  await stop();
  return null;
}

/** One or the other comes: there may be no such program. */
function endOf(server: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    server.once('exit', () => resolve());
    server.once('error', () => resolve());
  });
}

/** Whether the server answers: it refuses connections while it starts. */
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
