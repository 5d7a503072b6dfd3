import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RedisBridge } from './bridge.ts';
import { flagsOf } from './flags.ts';

const START = fileURLToPath(new URL('../start.js', import.meta.url));
const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const BUILD_MS_MAX = 60_000;
const INLINE_BYTES_MAX = 65_536;

const portOf = (url: string): number => Number(new URL(url).port);

/** Sends bytes and returns what the server answers until it ends the connection. */
async function talk(url: string, sent: string): Promise<string> {
  const socket = connect(portOf(url), '127.0.0.1');
  let received = '';
  socket.on('data', (bytes: Buffer) => (received += bytes.toString('latin1')));
  socket.write(sent, 'latin1');
  await once(socket, 'close');
  return received;
}

describe('the simulated Redis on a port', () => {
  let bridge: RedisBridge;
  let redis: Redis;
  const others: Redis[] = [];

  beforeAll(async () => {
    bridge = await RedisBridge.listen({ port: 0, seed: '0x1' });
    redis = new Redis(bridge.url);
  });

  afterAll(async () => {
    for (const client of [redis, ...others]) client.disconnect();
    await bridge.close();
  });

  const another = async (): Promise<Redis> => {
    const client = new Redis(bridge.url);
    others.push(client);
    await once(client, 'ready');
    return client;
  };

  it('keeps the data of all its clients', async () => {
    await redis.set('text', Buffer.from([0xff, 0x00, 0x0d, 0x0a]));
    const other = await another();
    expect(await other.getBuffer('text')).toEqual(Buffer.from([0xff, 0x00, 0x0d, 0x0a]));
    expect(await redis.pipeline().incr('count').incr('count').exec()).toEqual([
      [null, 1],
      [null, 2],
    ]);
  });

  it('publishes to subscribers', async () => {
    const subscriber = await another();
    await subscriber.subscribe('news');
    const message = once(subscriber, 'message');
    expect(await redis.publish('news', 'hello')).toBe(1);
    expect(await message).toEqual(['news', 'hello']);
  });

  it('expires keys, and ends blocked commands, by real time', async () => {
    await redis.set('short', 'x', 'PX', 30);
    const startedMs = performance.now();
    expect(await redis.blpop('nothing', 0.05)).toBeNull();
    expect(performance.now() - startedMs).toBeGreaterThan(45);
    expect(await redis.get('short')).toBeNull();
  });

  it('publishes the expiry of a key that no command looks at', async () => {
    const subscriber = await another();
    await redis.config('SET', 'notify-keyspace-events', 'Ex');
    await subscriber.subscribe('__keyevent@0__:expired');
    const message = once(subscriber, 'message');
    await redis.set('watched', 'x', 'PX', 10);
    expect(await message).toEqual(['__keyevent@0__:expired', 'watched']);
  });

  it('wakes a blocked client', async () => {
    const waiting = await another();
    const blocked = waiting.blpop('queue', 0);
    await expect.poll(() => redis.client('LIST')).toContain('flags=b');
    await redis.rpush('queue', 'job');
    expect(await blocked).toEqual(['queue', 'job']);
  });

  it('runs scripts', async () => {
    expect(await redis.eval('return redis.call("INCRBY", KEYS[1], ARGV[1])', 1, 'sum', 5)).toBe(5);
  });

  it('answers as under the same seed', async () => {
    const picked = async (url: string): Promise<unknown> => {
      const client = new Redis(url);
      await client.sadd('set', ...Array.from({ length: 100 }, (_, index) => `member-${index}`));
      const picks = await client.srandmember('set', 5);
      client.disconnect();
      return picks;
    };
    const same = await RedisBridge.listen({ port: 0, seed: '0x1' });
    const different = await RedisBridge.listen({ port: 0, seed: '0x2' });
    const [first, second, third] = [await picked(bridge.url), await picked(same.url), await picked(different.url)];
    expect(second).toEqual(first);
    expect(third).not.toEqual(first);
    await Promise.all([same.close(), different.close()]);
  });

  it('reads inline commands and empty requests', async () => {
    const sent = 'SET "a b" \'c d\'\r\n\r\n*0\r\n*-1\r\nget "a\\x20b"\nQUIT\r\nPING\r\n';
    expect(await talk(bridge.url, sent)).toBe('+OK\r\n$3\r\nc d\r\n+OK\r\n');
  });

  it('speaks version 3 of the protocol', async () => {
    const answer = await talk(bridge.url, 'HELLO 3\r\nHSET h f v\r\nHGETALL h\r\nQUIT\r\n');
    expect(answer).toContain('%1\r\n$1\r\nf\r\n$1\r\nv\r\n');
  });

  it.each([
    ['*3000000000\r\n', 'invalid multibulk length'],
    ['*x\r\n', 'invalid multibulk length'],
    ['*1\r\nfoo\r\n', "expected '$', got 'f'"],
    ['*1\r\n$-1\r\n', 'invalid bulk length'],
    ['*1\r\n$2000000000\r\n', 'invalid bulk length'],
    ['*1\r\n$x\r\n', 'invalid bulk length'],
    ['set "a"b c\r\n', 'unbalanced quotes in request'],
    ["set 'a\\'\r\n", 'unbalanced quotes in request'],
    ['x'.repeat(INLINE_BYTES_MAX + 1), 'too big inline request'],
    [`*${'1'.repeat(INLINE_BYTES_MAX)}`, 'too big mbulk count string'],
    [`*1\r\n$${'1'.repeat(INLINE_BYTES_MAX)}`, 'too big bulk count string'],
  ])('ends the connection behind the error of a request: %#', async (sent, error) => {
    expect(await talk(bridge.url, `PING\r\n${sent}`)).toBe(`+PONG\r\n-ERR Protocol error: ${error}\r\n`);
  });

  it('ends its connections when it is closed', async () => {
    const closing = await RedisBridge.listen({ port: 0, seed: '0x1' });
    const socket = connect(portOf(closing.url), '127.0.0.1');
    const ended = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
    socket.write('BLPOP nothing 0\r\n');
    await once(socket, 'connect');
    await closing.close();
    await ended;
  });
});

describe('npm run redis', () => {
  const start = (...parameters: string[]) => {
    const child = spawn(process.execPath, [START, '--entry', MAIN, ...parameters], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const)
      child[name].on('data', (bytes: Buffer) => (output[name] += bytes.toString()));
    const ended = once(child, 'close').then(([code]) => code as number | null);
    return { child, output, ended };
  };

  it(
    'prints its address, serves, and ends with 0 at a signal',
    async () => {
      for (const signal of ['SIGTERM', 'SIGINT'] as const) {
        const { child, output, ended } = start('--port', '0', '--seed', '0X1F');
        await expect.poll(() => output.stdout, { timeout: BUILD_MS_MAX }).toContain('\n');
        const [, url = ''] =
          /^simulated Redis 7\.0\.15 at (redis:\/\/127\.0\.0\.1:\d+), seed 0x1f\n$/.exec(output.stdout) ?? [];
        const client = new Redis(url, { retryStrategy: null });
        expect(await client.ping()).toBe('PONG');
        const busy = start('--port', String(portOf(url)));
        expect(await busy.ended).toBe(2);
        expect(busy.output).toEqual({
          stdout: '',
          stderr: `redis: port ${portOf(url)} is in use; choose another with --port\n`,
        });
        child.kill(signal);
        expect(await ended).toBe(0);
        client.disconnect();
      }
    },
    2 * BUILD_MS_MAX,
  );

  it('parses flags', () => {
    expect(flagsOf([])).toEqual({ port: 6379, seed: '0x1' });
    expect(flagsOf(['--port', '0', '--seed', '0xA'])).toEqual({ port: 0, seed: '0xa' });
    expect(() => flagsOf(['--port', '65536'])).toThrow('invalid --port 65536 (expected 0 to 65535; 0 for a free one)');
    expect(() => flagsOf(['--port', '1e3'])).toThrow('invalid --port 1e3');
    expect(() => flagsOf(['--seed', '12'])).toThrow('invalid --seed 12');
    expect(() => flagsOf(['--host', 'x'])).toThrow('(expected --port or --seed)');
    expect(() => flagsOf(['6379'])).toThrow(/^[^\n]*6379[^\n]*$/);
  });
});
