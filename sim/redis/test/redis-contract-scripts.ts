/**
 * The contract of Redis: scripts. Replies to scripts alone are compared in
 * redis-transcripts/scripts.txt.
 */
import type { Redis } from 'ioredis';
import type { RedisClient } from '../../system/types.ts';
import { type Entry, ready, tell, until } from './redis-contract.ts';

type Scripted = Redis & Record<string, (...parameters: unknown[]) => Promise<unknown>>;

const full = (redis: RedisClient): Scripted => redis as unknown as Scripted;

const COUNT = "return {redis.call('incrby', KEYS[1], ARGV[1]), ARGV[2] or 'nothing'}";

export const SCRIPTS_CONTRACT: readonly Entry[] = [
  [
    'scripts run by text and by SHA-1',
    async (target) => {
      const redis = full(await ready(target.client()));
      const key = target.name('key');
      const text = `return {KEYS[1] == '${key}', ARGV[1], redis.call('set', KEYS[1], ARGV[1])}`;
      const unknown = await tell(redis.evalsha('e'.repeat(40), 0));
      const sha = (await redis.script('LOAD', text)) as string;
      return [
        unknown,
        await redis.eval(text, 1, key, 'a'),
        sha.length,
        await redis.evalsha(sha, 1, key, 'b'),
        await redis.get(key),
        await redis.script('EXISTS', sha, 'e'.repeat(40)),
      ];
    },
    ['ReplyError: NOSCRIPT No matching script. Please use EVAL.', [1, 'a', 'OK'], 40, [1, 'b', 'OK'], 'b', [1, 0]],
  ],
  [
    'custom commands run scripts',
    async (target) => {
      const redis = full(
        await ready(target.client({ scripts: { given: { lua: 'return ARGV[1]', numberOfKeys: 0 } } })),
      );
      const key = target.name('key');
      redis.defineCommand('count', { numberOfKeys: 1, lua: COUNT });
      redis.defineCommand('anyKeys', { lua: 'return #KEYS' });
      const received: unknown[] = [];
      await redis['count']?.(key, 1, (error: Error | null, value: unknown) => received.push(error, value));
      return [
        received,
        await redis['count']?.(key, 2, 'x'),
        await redis['count']?.([key, 3]),
        await redis['anyKeys']?.(2, 'a', 'b'),
        await redis['given']?.('y'),
        Buffer.isBuffer(await redis['givenBuffer']?.('y')),
        (await (redis.pipeline() as unknown as Scripted)['count']?.(key, 4)) !== undefined,
        await (redis.multi() as unknown as Record<string, (...all: unknown[]) => Redis>)['count']?.(key, 1).exec(),
      ];
    },
    [[null, [1, 'nothing']], [3, 'x'], [6, 'nothing'], 2, 'y', true, true, [[null, [7, 'nothing']]]],
  ],
  [
    'a custom command that the server has forgotten is loaded again',
    async (target) => {
      const redis = full(await ready(target.client()));
      const key = target.name('key');
      redis.defineCommand('count', { numberOfKeys: 1, lua: COUNT });
      const before = await redis['count']?.(key, 1);
      await redis.script('FLUSH');
      return [before, await redis['count']?.(key, 1), await redis['count']?.(key, 1)];
    },
    [
      [1, 'nothing'],
      [2, 'nothing'],
      [3, 'nothing'],
    ],
  ],
  [
    'a script that fails midway keeps its effects',
    async (target) => {
      const redis = full(await ready(target.client()));
      const key = target.name('key');
      const failed = await tell(
        redis.eval("redis.call('set', KEYS[1], '1') return redis.call('lpush', KEYS[1], 'x')", 1, key),
      );
      return [failed.split(' script: ')[0], await redis.get(key)];
    },
    ['ReplyError: WRONGTYPE Operation against a key holding the wrong kind of value', '1'],
  ],
  [
    'random values in scripts follow their seed',
    async (target) => {
      const redis = full(await ready(target.client()));
      const draw = () => redis.eval('return {math.random() < 1, math.random(100) <= 100, math.random(5, 5)}', 0);
      const seeded = () => redis.eval('math.randomseed(7) return {math.random(1000000), math.random(1000000)}', 0);
      return [await draw(), await seeded(), JSON.stringify(await seeded()) === JSON.stringify(await seeded())];
    },
    [[1, 1, 5], [266_445, 682_036], true],
  ],
  [
    'scripts keep bytes',
    async (target) => {
      const redis = full(await ready(target.client()));
      const key = target.name('key');
      const bytes = Buffer.from([0, 255, 10, 200]);
      const text = "redis.call('set', KEYS[1], ARGV[1]) return {#ARGV[1], redis.call('get', KEYS[1])}";
      const [length, back] = (await redis.callBuffer('eval', text, 1, key, bytes)) as [number, Buffer];
      return [length, back.toString('hex'), (await redis.getBuffer(key))?.toString('hex')];
    },
    [4, '00ff0ac8', '00ff0ac8'],
  ],
  [
    'scripts publish, and count subscribers',
    async (target) => {
      const [subscriber, redis] = [await ready(target.client()), full(await ready(target.client()))];
      const [channel, received] = [target.name('channel'), [] as string[]];
      subscriber.on('message', (_channel: string, text: string) => received.push(text));
      subscriber.on('smessage', (_channel: string, text: string) => received.push(`shard ${text}`));
      await subscriber.subscribe(channel);
      await subscriber.ssubscribe(channel);
      const both = "return {redis.call('publish', ARGV[1], '1'), redis.call('spublish', ARGV[1], '2')}";
      const answers = [
        await redis.eval(both, 0, channel),
        await redis.eval("return redis.call('pubsub', 'numsub', ARGV[1])[2]", 0, channel),
        (await tell(redis.eval_ro("return redis.call('publish', ARGV[1], '3')", 0, channel))).split(' script: ')[0],
        (await tell(redis.eval("return redis.call('subscribe', ARGV[1])", 0, channel))).split(' script: ')[0],
      ];
      await until(target, () => received.length === 2);
      return [answers, received];
    },
    [
      [
        [1, 1],
        1,
        'ReplyError: ERR Write commands are not allowed from read-only scripts.',
        'ReplyError: ERR This Redis command is not allowed from script',
      ],
      ['1', 'shard 2'],
    ],
  ],
];
