/** What the simulated Redis shares with the real one about transactions and pipelines. */
import type { ChainableCommander } from 'ioredis';
import { CLOSED, type Entry, NO_RETRIES, ready, tell, until } from './redis-contract.ts';

/** Answers of a transaction or a pipeline, errors as text. */
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
    'a transaction in one chain',
    async (place) => {
      const redis = await ready(place.client());
      const [key, hash] = [place.name('key'), place.name('hash')];
      return [
        await answers(redis.multi().set(key, '1').incr(key).get(key).hset(hash, { a: 1 }).hgetall(hash)),
        await answers(
          redis.multi([
            ['get', key],
            ['incrby', key, 5],
          ]),
        ),
        await answers(redis.multi()),
        // What fails does not undo the rest.
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
    'a transaction command by command',
    async (place) => {
      const redis = await ready(place.client());
      const key = place.name('key');
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
    'a transaction with a command that is none',
    async (place) => {
      const redis = await ready(place.client());
      const key = place.name('key');
      return [
        await answers(redis.multi().set(key, '1').call('set', key)),
        await redis.get(key),
        await answers(redis.multi().set(key, '2')),
      ];
    },
    [[ABORTED, "ReplyError: ERR wrong number of arguments for 'set' command"], null, [[null, 'OK']]],
  ],
  [
    'watching a key',
    async (place) => {
      const [redis, other] = [await ready(place.client()), await ready(place.client())];
      const [key, unrelated] = [place.name('key'), place.name('unrelated')];
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
    'watching a key that ends meanwhile',
    async (place) => {
      const [redis, other] = [await ready(place.client()), await ready(place.client())];
      const key = place.name('key');
      await redis.set(key, '1', 'PX', 500);
      await redis.watch(key);
      await until(place, async () => (await other.exists(key)) === 0);
      return [await answers(redis.multi().set(key, '2')), await redis.exists(key)];
    },
    [null, 0],
  ],
  [
    'what is watched ends with the transaction, and with the connection',
    async (place) => {
      const redis = await ready(place.client({ retryStrategy: () => 1 }));
      const other = await ready(place.client());
      const key = place.name('key');
      await redis.watch(key);
      await redis.multi().get(key).exec();
      await other.set(key, '1');
      const afterExec = await answers(redis.multi().incr(key));
      await redis.watch(key);
      await place.cut(redis);
      await ready(redis);
      await other.set(key, '5');
      return [afterExec, await answers(redis.multi().incr(key))];
    },
    [[[null, 2]], [[null, 6]]],
  ],
  [
    'a queue of a transaction dies with its connection',
    async (place) => {
      const redis = await ready(place.client({ retryStrategy: () => 1 }));
      const key = place.name('key');
      await redis.multi({ pipeline: false });
      const queued = await redis.set(key, 'x');
      await place.cut(redis);
      await ready(redis);
      return [queued, await tell(redis.exec()), await redis.get(key)];
    },
    ['QUEUED', 'ReplyError: ERR EXEC without MULTI', null],
  ],
  [
    'a pipeline',
    async (place) => {
      const redis = await ready(place.client());
      const key = place.name('key');
      const heard: unknown[] = [];
      const pipeline = redis
        .pipeline()
        .set(key, '1', (error, value) => heard.push([error, value]))
        .incr(key)
        .lpush(key, 'y')
        .get(key);
      const { length } = pipeline;
      const results = await answers(pipeline);
      return [length, results, heard, await answers(redis.pipeline([['get', key]])), await answers(redis.pipeline())];
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
    'a pipeline with a callback',
    async (place) => {
      const redis = await ready(place.client());
      const key = place.name('key');
      const heard: unknown[] = [];
      await redis
        .pipeline()
        .incr(key)
        .exec((error, results) => heard.push(error, results));
      return heard;
    },
    [null, [[null, 1]]],
  ],
  [
    'transactions without a connection',
    async (place) => {
      const redis = place.client({ retryStrategy: () => null });
      const [before, during] = [await answers(redis.pipeline().get('x')), await answers(redis.multi().get('x'))];
      await ready(redis);
      await redis.get(place.name('key'));
      void place.kill(redis);
      const broken = await answers(redis.multi().get('x'));
      await until(place, () => redis.status === 'end');
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
    'a pipeline in flight when the connection breaks',
    async (place) => {
      const redis = await ready(place.client({ retryStrategy: () => 20 }));
      const key = place.name('key');
      await redis.del(key);
      void place.kill(redis);
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
