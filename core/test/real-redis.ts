import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';

export interface RealRedis {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * A real Redis: a new process of the `redis-server` on the PATH, since gateways of other tests
 * would publish to the same one, or else the one at REDIS_URL. If neither exists, prints a warning
 * and returns null, or throws if CI_REQUIRE_REDIS=1.
 */
export async function realRedis(): Promise<RealRedis | null> {
  // Another process may take the port before the server does.
  const started = (await startRedis()) ?? (await startRedis());
  if (started !== null) return started;
  const url = process.env['REDIS_URL'];
  if (url !== undefined && url !== '') return { url, stop: () => Promise.resolve() };
  const problem = 'no Redis: put redis-server on the PATH, or set REDIS_URL';
  if (process.env['CI_REQUIRE_REDIS'] === '1') throw new Error(problem);
  process.stderr.write(`\n  SKIPPED: the tests on a real Redis did not run; ${problem}\n`);
  return null;
}

async function startRedis(): Promise<RealRedis | null> {
  const port = await freePort();
  const folder = mkdtempSync(path.join(tmpdir(), 'seedstorm-redis-'));
  const parameters = [
    '--bind',
    '127.0.0.1',
    '--port',
    String(port),
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    folder,
  ];
  const server = spawn('redis-server', parameters, { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => {
    // `error` instead of `exit` if the program does not exist.
    server.once('exit', () => resolve());
    server.once('error', () => resolve());
  });
  const stop = async (): Promise<void> => {
    server.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const url = `redis://127.0.0.1:${String(port)}`;
  const isUp = server.pid !== undefined && (await Promise.race([answers(url), ended.then(() => false)]));
  if (isUp) return { url, stop };
  await stop();
  return null;
}

/** Whether the server answers within 10 s. It refuses connections while it starts. */
async function answers(url: string): Promise<boolean> {
  const client = new Redis(url, {
    retryStrategy: (attempt) => (attempt > 200 ? null : 50),
    maxRetriesPerRequest: null,
  });
  client.on('error', () => undefined);
  try {
    return (await client.ping()) === 'PONG';
  } catch {
    return false;
  } finally {
    client.disconnect();
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
