/** The contract of Redis: which connections CLIENT KILL closes. */
import type { Redis } from 'ioredis';
import type { RedisClient } from '../../system/types.ts';
import { type Entry, ready, type RedisTarget, until } from './redis-contract.ts';

/** Resolves when the client's connection is closed. */
const closed = (redis: RedisClient): Promise<unknown> => new Promise((resolve) => redis.once('close', resolve));

const full = (redis: RedisClient): Redis => redis as unknown as Redis;

async function addressOf(redis: RedisClient): Promise<string> {
  return / addr=(\S+)/.exec(String(await full(redis).client('INFO')))?.[1] ?? '';
}

const client = (target: RedisTarget): Promise<RedisClient> => ready(target.client({ retryStrategy: () => null }));

export const KILL_CONTRACT: readonly Entry[] = [
  [
    'CLIENT KILL closes connections by address',
    async (target) => {
      const [killer, one, other] = [full(await client(target)), await client(target), await client(target)];
      const [address, ends] = [await addressOf(one), [closed(one), closed(other)]];
      const old = await killer.call('client', 'kill', address);
      await ends[0];
      const counts = [
        await killer.call('client', 'kill', 'ADDR', address),
        await killer.call('client', 'kill', 'ADDR', await addressOf(other), 'TYPE', 'pubsub'),
        await killer.call('client', 'kill', 'ADDR', await addressOf(other), 'TYPE', 'normal'),
      ];
      await ends[1];
      return [old, counts, await killer.get(target.name('key'))];
    },
    ['OK', [0, 0, 1], null],
  ],
  [
    'CLIENT KILL closes subscribers and leaves others',
    async (target) => {
      const [killer, subscriber] = [full(await client(target)), await client(target)];
      await subscriber.subscribe(target.name('channel'));
      const end = closed(subscriber);
      const count = await killer.call('client', 'kill', 'TYPE', 'pubsub');
      await end;
      await until(target, () => subscriber.status === 'end');
      return [Number(count) >= 1, killer.status];
    },
    [true, 'ready'],
  ],
  [
    'CLIENT KILL spares its own connection unless SKIPME is no',
    async (target) => {
      const redis = full(await client(target));
      const id = Number(await redis.client('ID'));
      const spared = await redis.call('client', 'kill', 'ID', id);
      const end = closed(redis as unknown as RedisClient);
      const count = await redis.call('client', 'kill', 'ID', id, 'SKIPME', 'no');
      await end;
      return [spared, count];
    },
    [0, 1],
  ],
];
