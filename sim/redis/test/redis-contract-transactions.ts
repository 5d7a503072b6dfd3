/** The contract of Redis: transactions and pipelines. */
import type { ChainableCommander } from 'ioredis';
import { CLOSED, type Entry, NO_RETRIES, ready, tell, until } from './redis-contract.ts';

/** Replies of a transaction or a pipeline, errors as text. */
async function answers(chain: ChainableCommander): Promise<unknown> {
  const results = await chain.exec().then(
    (all) => all,
    (error: Error & { previousErrors?: Error[] }) => [
      String(error),
      ...(error.previousErrors ?? []).map((previous) => String(previous)),
    ],
  );
  return results?.map((one) => (Array.isArray(one) ? [one[0] === null ? null : String(one[0]), one[1]] : one)) ?? null;
}

const WRONG_TYPE = 'ReplyError: WRONGTYPE Operation against a key holding the wrong kind of value';
const ABORTED = 'ReplyError: EXECABORT Transaction discarded because of previous errors.';

export const TRANSACTIONS_CONTRACT: readonly Entry[] = [
  [
    'a transaction is called in one chain',
    async (target) => {
      const redis = await ready(target.client());
      const [key, hash] = [target.name('key'), target.name('hash')];
      return [
        await answers(redis.multi().set(key, '1').incr(key).get(key).hset(hash, { a: 1 }).hgetall(hash)),
        await answers(
          redis.multi([
            ['get', key],
            ['incrby', key, 5],
          ]),
        ),
        await answers(redis.multi()),
        // A failed command does not undo the others.
        await answers(redis.multi().set(key, 'x').lpush(key, 'y').set(key, 'z')),
        await redis.get(key),
      ];
    },
    [
      [
        [null, 'OK'],
        [null, 2],
        [null, '2'],
        [null, 1],
        [null, { a: '1' }],
      ],
      [
        [null, '2'],
        [null, 7],
      ],
      [],
      [
        [null, 'OK'],
        [WRONG_TYPE, undefined],
        [null, 'OK'],
      ],
      'z',
    ],
  ],
  [
    'a transaction is called command by command',
    async (target) => {
      const redis = await ready(target.client());
      const key = target.name('key');
      return [
        await redis.multi({ pipeline: false }),
        await redis.set(key, '1'),
        await redis.incr(key),
        await tell(redis.multi({ pipeline: false })),
        await redis.exec(),
        await tell(redis.exec()),
        await tell(redis.discard()),
        await redis.multi({ pipeline: false }),
        await redis.set(key, 'discarded'),
        await redis.discard(),
        await redis.get(key),
      ];
    },
    [
      'OK',
      'QUEUED',
      'QUEUED',
      'ReplyError: ERR MULTI calls can not be nested',
      [
        [null, 'OK'],
        [null, 2],
      ],
      'ReplyError: ERR EXEC without MULTI',
      'ReplyError: ERR DISCARD without MULTI',
      'OK',
      'QUEUED',
      'OK',
      '2',
    ],
  ],
  [
    'a transaction with an invalid command is discarded',
    async (target) => {
      const redis = await ready(target.client());
      const key = target.name('key');
      return [
        await answers(redis.multi().set(key, '1').call('set', key)),
        await redis.get(key),
        await answers(redis.multi().set(key, '2')),
      ];
    },
    [[ABORTED, "ReplyError: ERR wrong number of arguments for 'set' command"], null, [[null, 'OK']]],
  ],
  [
    'a transaction is not applied when a watched key has changed',
    async (target) => {
      const [redis, other] = [await ready(target.client()), await ready(target.client())];
      const [key, unrelated] = [target.name('key'), target.name('unrelated')];
      const attempt = async (between: () => Promise<unknown>): Promise<unknown> => {
        await redis.watch(key);
        await between();
        return answers(redis.multi().incr(key));
      };
      return [
        await attempt(() => Promise.resolve()),
        await attempt(() => other.set(key, '5')),
        await attempt(() => other.set(unrelated, '5')),
        await attempt(() => other.expire(key, 100)),
        await attempt(() => other.del(key)),
        await attempt(() => other.del(key)),
        await attempt(async () => {
          await other.set(key, '9');
          await redis.unwatch();
        }),
        await attempt(() => redis.set(key, 'own')).catch(String),
      ];
    },
    [[[null, 1]], null, [[null, 6]], null, null, [[null, 1]], [[null, 10]], null],
  ],
  [
    'a transaction is not applied when a watched key has expired',
    async (target) => {
      const [redis, other] = [await ready(target.client()), await ready(target.client())];
      const key = target.name('key');
      // In one packet, so that the key does not expire before it is watched.
      await redis.pipeline().set(key, '1', 'PX', 500).watch(key).exec();
      await until(target, async () => (await other.exists(key)) === 0);
      return [await answers(redis.multi().set(key, '2')), await redis.exists(key)];
    },
    [null, 0],
  ],
  [
    'keys are watched until the transaction or the connection ends',
    async (target) => {
      const redis = await ready(target.client({ retryStrategy: () => 1 }));
      const other = await ready(target.client());
      const key = target.name('key');
      await redis.watch(key);
      await redis.multi().get(key).exec();
      await other.set(key, '1');
      const afterExec = await answers(redis.multi().incr(key));
      await redis.watch(key);
      await target.cut(redis);
      await ready(redis);
      await other.set(key, '5');
      return [afterExec, await answers(redis.multi().incr(key))];
    },
    [[[null, 2]], [[null, 6]]],
  ],
  [
    'queued commands are dropped with the connection',
    async (target) => {
      const redis = await ready(target.client({ retryStrategy: () => 1 }));
      const key = target.name('key');
      await redis.multi({ pipeline: false });
      const queued = await redis.set(key, 'x');
      await target.cut(redis);
      await ready(redis);
      return [queued, await tell(redis.exec()), await redis.get(key)];
    },
    ['QUEUED', 'ReplyError: ERR EXEC without MULTI', null],
  ],
  [
    'a pipeline returns all replies',
    async (target) => {
      const redis = await ready(target.client());
      const key = target.name('key');
      const received: unknown[] = [];
      const pipeline = redis
        .pipeline()
        .set(key, '1', (error, value) => received.push([error, value]))
        .incr(key)
        .lpush(key, 'y')
        .get(key);
      const { length } = pipeline;
      const results = await answers(pipeline);
      return [
        length,
        results,
        received,
        await answers(redis.pipeline([['get', key]])),
        await answers(redis.pipeline()),
      ];
    },
    [
      4,
      [
        [null, 'OK'],
        [null, 2],
        [WRONG_TYPE, undefined],
        [null, '2'],
      ],
      [[null, 'OK']],
      [[null, '2']],
      [],
    ],
  ],
  [
    'a pipeline calls its callback',
    async (target) => {
      const redis = await ready(target.client());
      const key = target.name('key');
      const received: unknown[] = [];
      await redis
        .pipeline()
        .incr(key)
        .exec((error, results) => received.push(error, results));
      return received;
    },
    [null, [[null, 1]]],
  ],
  [
    'transactions without a connection fail',
    async (target) => {
      const redis = target.client({ retryStrategy: () => null });
      const [before, during] = [await answers(redis.pipeline().get('x')), await answers(redis.multi().get('x'))];
      await ready(redis);
      await redis.get(target.name('key'));
      void target.kill(redis);
      const broken = await answers(redis.multi().get('x'));
      await until(target, () => redis.status === 'end');
      return [before, during, broken, await answers(redis.pipeline().get('x'))];
    },
    [
      [["Error: Stream isn't writeable and enableOfflineQueue options is false", undefined]],
      [
        "Error: Stream isn't writeable and enableOfflineQueue options is false",
        "Error: Stream isn't writeable and enableOfflineQueue options is false",
        "Error: Stream isn't writeable and enableOfflineQueue options is false",
      ],
      [CLOSED, CLOSED, CLOSED],
      [[CLOSED, undefined]],
    ],
  ],
  [
    'a pipeline in flight fails when the connection breaks',
    async (target) => {
      const redis = await ready(target.client({ retryStrategy: () => 20 }));
      const key = target.name('key');
      await redis.del(key);
      void target.kill(redis);
      const results = await answers(redis.pipeline().incr(key).incr(key));
      await ready(redis);
      return [results, await redis.get(key)];
    },
    [
      [
        [NO_RETRIES, undefined],
        [NO_RETRIES, undefined],
      ],
      null,
    ],
  ],
];
