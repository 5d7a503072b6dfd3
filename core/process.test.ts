import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { realRedis } from './test/real-redis.ts';
import { redisProxy } from './test/redis-proxy.ts';
import { tokenFor } from './test/served.ts';
import { WsClient } from './test/ws-client.ts';

const redis = await realRedis();

afterAll(() => redis?.stop());

const launcher = fileURLToPath(new URL('../sim/start.js', import.meta.url));

function run(entry: string, parameters: readonly string[], variables: Readonly<Record<string, string>> = {}) {
  // The environment of the tests must not affect the settings.
  const env = { PATH: process.env['PATH'], ...variables };
  return spawn(process.execPath, [launcher, '--entry', entry, ...parameters], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function outcome(child: ReturnType<typeof run>): Promise<{ code: unknown; stdout: string; stderr: string }> {
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [unknown];
  return { code, stdout, stderr };
}

describe('npm run token', () => {
  test('prints the token and nothing else', async () => {
    const result = await outcome(run('core/token.ts', ['--user', 'ada', '--role', 'trader']));
    expect(result).toEqual({ code: 0, stdout: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+\n$/), stderr: '' });
  });

  test('prints one line on stderr and exits 2', async () => {
    const result = await outcome(run('core/token.ts', ['--user', 'ada']));
    expect(result).toEqual({ code: 2, stdout: '', stderr: 'seedstorm: --role must be one of viewer, trader, admin\n' });
  });
});

describe('npm start', () => {
  test('prints one line on stderr and exits 2', async () => {
    const result = await outcome(run('core/server.ts', [], { NODE_ENV: 'production' }));
    expect(result).toEqual({ code: 2, stdout: '', stderr: 'seedstorm: JWT_SECRET is required in production\n' });
  });

  test('takes a flag, and prints one line for another one', async () => {
    const wrong = await outcome(run('core/server.ts', ['--port', '70000']));
    expect(wrong).toEqual({ code: 2, stdout: '', stderr: 'seedstorm: PORT must be a port, 0 to 65535\n' });
    const unknown = await outcome(run('core/server.ts', ['--jwt-secret', 'hunter2']));
    expect(unknown).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^seedstorm: unknown flag.*\n$/),
    });
    expect(unknown.stderr).not.toContain('hunter2');
  });

  test('listens, warns of its secret, and on SIGTERM, also repeated, closes its clients and exits 0', async () => {
    const server = run('core/server.ts', [], { PORT: '0' });
    const ended = once(server, 'close');
    const messages: string[] = [];
    let client: WsClient | null = null;
    for await (const line of createInterface({ input: server.stdout })) {
      const { msg, port } = JSON.parse(line) as { msg?: string; port?: number };
      if (msg !== undefined) messages.push(msg);
      if (port === undefined) continue;
      client = await WsClient.open(port);
      server.kill('SIGTERM');
      server.kill('SIGTERM');
    }
    expect(await client?.closed()).toBe(1012);
    expect(await ended).toEqual([0, null]);
    expect(messages).toEqual([expect.stringContaining('JWT_SECRET is not set'), 'listening', 'stopping', 'stopped']);
  });

  test.skipIf(redis === null)('exits 0 although Redis and a client do not reply', async () => {
    const proxy = await redisProxy(redis?.url ?? '');
    const server = run('core/server.ts', [], { PORT: '0', REDIS_URL: proxy.url });
    const ended = once(server, 'close');
    for await (const line of createInterface({ input: server.stdout })) {
      const { port } = JSON.parse(line) as { port?: number };
      if (port === undefined) continue;
      const clients = [await WsClient.open(port), await WsClient.open(port)];
      clients.forEach((client) => client.say({ type: 'authenticate', token: tokenFor('ada', 'viewer') }));
      await Promise.all(clients.map((client) => client.next('authenticated')));
      proxy.pause();
      // It would never answer the closing handshake.
      clients[1]?.socket.pause();
      server.kill('SIGTERM');
    }
    expect(await ended).toEqual([0, null]);
    proxy.close();
  });
});
