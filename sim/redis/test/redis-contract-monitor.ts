/** The contract of Redis: MONITOR, which shows each command that the server has run. */
import type { Redis } from 'ioredis';
import { SimulatedRedisClient } from '../client/client.ts';
import type { RedisClient } from '../../system/types.ts';
import { type Entry, ready, type RedisTarget, until } from './redis-contract.ts';

const client = (target: RedisTarget): Promise<RedisClient> => ready(target.client());

/** The simulated client refuses MONITOR. */
const canMonitor = (redis: unknown): boolean => !(redis instanceof SimulatedRedisClient);

interface Watched {
  readonly lines: string[];
  readonly redis: RedisClient;
  /** Resolves when everything that was sent before has been shown. */
  settle(): Promise<readonly string[]>;
}

/** Commands of `redis`, as another connection sees them: `0 client SET key value`. */
async function watched(target: RedisTarget): Promise<Watched> {
  const [redis, marker] = [await client(target), await client(target)];
  const address = / addr=(\S+)/.exec(String(await redis.call('client', 'info')))?.[1] ?? '';
  // Commands at the same time would meet a client of ioredis that does not expect their lines yet.
  await marker.call('ping');
  const monitor = await (marker as unknown as Redis).monitor();
  const lines: string[] = [];
  let isOver = false;
  monitor.on('monitor', (_time: string, words: readonly string[], source: string, database: string) => {
    if (words[1] === 'end of the entry') isOver = true;
    if (source === address || source === 'lua')
      lines.push(`${database} ${source === 'lua' ? 'lua' : 'client'} ${words.join(' ')}`);
  });
  const settle = async (): Promise<readonly string[]> => {
    await marker.call('echo', 'end of the entry');
    await until(target, () => isOver);
    monitor.disconnect();
    return lines;
  };
  return { lines, redis, settle };
}

type Act = (watched: Watched, key: string) => Promise<unknown>;

const entry = (title: string, act: Act, expected: (key: string) => readonly string[]): Entry => [
  `MONITOR: ${title}`,
  async (target) => {
    if (!canMonitor(target.client({ lazyConnect: true }))) return 'as expected';
    const seen = await watched(target);
    const key = target.name('key');
    await act(seen, key).catch(() => undefined);
    const lines = await seen.settle();
    return JSON.stringify(lines) === JSON.stringify(expected(key)) ? 'as expected' : lines;
  },
  'as expected',
];

export const MONITOR_CONTRACT: readonly Entry[] = [
  entry(
    'shows commands as they are spelled, with the database that they leave',
    async ({ redis }, key) => {
      await redis.call('SET', key, 'a "b" \r\n\t\x07\x00\\é');
      await redis.call('gEt', key);
      await redis.call('select', '1');
      await redis.call('select', '0');
    },
    (key) => [
      `0 client SET ${key} a "b" \\r\\n\\t\\a\\x00\\\\\\xc3\\xa9`,
      `0 client gEt ${key}`,
      '1 client select 1',
      '0 client select 0',
    ],
  ),
  entry(
    'shows commands that fail, but not those that are refused or that operators send',
    async ({ redis }, key) => {
      const commands = [
        ['lpush', key],
        ['nosuch'],
        ['set', key, 'x'],
        ['lpush', key, 'x'],
        ['exec'],
        ['config', 'get', 'hz'],
      ];
      for (const [name = '', ...parameters] of commands) await redis.call(name, ...parameters).catch(() => undefined);
      await redis.call('auth', 'default', 'secret');
    },
    (key) => [
      `0 client set ${key} x`,
      `0 client lpush ${key} x`,
      '0 client exec',
      '0 client auth (redacted) (redacted)',
    ],
  ),
  entry(
    'shows a script before what it runs, and a transaction when it is executed',
    async ({ redis }, key) => {
      await redis
        .call('eval', "redis.call('SET', KEYS[1], 1) return redis.pcall('nosuch')", '1', key)
        .catch(() => undefined);
      for (const [name = '', ...parameters] of [['multi'], ['incr', key], ['eval', 'return 1', '0'], ['exec']])
        await redis.call(name, ...parameters);
    },
    (key) => [
      `0 client eval redis.call('SET', KEYS[1], 1) return redis.pcall('nosuch') 1 ${key}`,
      `0 lua SET ${key} 1`,
      '0 client multi',
      `0 client incr ${key}`,
      '0 client eval return 1 0',
      '0 client exec',
    ],
  ),
  entry(
    'shows a blocking command when it blocks, and a publication',
    async ({ redis }, key) => {
      await redis.call('blpop', key, '0.01');
      await redis.publish(key, 'text');
    },
    (key) => [`0 client blpop ${key} 0.01`, `0 client publish ${key} text`],
  ),
];
