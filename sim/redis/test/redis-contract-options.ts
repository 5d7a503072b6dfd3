/**
 * The contract of Redis: options of clients. When they connect, what they queue, and what they send
 * again.
 */
import { CLOSED, type Entry, eventsOf, NOT_CONNECTED, ready, tell, until } from './redis-contract.ts';

const retriesOver = (most: number): string =>
  `MaxRetriesPerRequestError: Reached the max retries per request limit (which is ${most}). Refer to "maxRetriesPerRequest" option for details.`;

/** Commands in flight when the connection breaks are sent again on the next one. */
const RESENDING = {
  enableOfflineQueue: true,
  autoResendUnfulfilledCommands: true,
  maxRetriesPerRequest: 20,
  retryStrategy: () => 20,
};

export const OPTIONS_CONTRACT: readonly Entry[] = [
  [
    'enableOfflineQueue queues commands until there is a connection',
    async (target) => {
      const redis = target.client({ enableOfflineQueue: true });
      const key = target.name('key');
      const answers = await Promise.all([
        redis.set(key, '1'),
        redis.incr(key),
        redis.multi().incr(key).exec(),
        redis.get(key),
      ]);
      return [answers, redis.status];
    },
    [['OK', 2, [[null, 3]], '3'], 'ready'],
  ],
  [
    'lazyConnect connects on connect()',
    async (target) => {
      const redis = target.client({ lazyConnect: true });
      const before = [redis.status, await tell(redis.get('x'))];
      await ready(redis);
      const twice = await tell(redis.connect());
      await redis.quit();
      await until(target, () => redis.status === 'end');
      await redis.connect();
      return [before, twice, redis.status, await redis.get(target.name('key'))];
    },
    [['wait', NOT_CONNECTED], 'Error: Redis is already connecting/connected', 'ready', null],
  ],
  [
    'lazyConnect connects on the first command',
    async (target) => {
      const redis = target.client({ lazyConnect: true, enableOfflineQueue: true });
      const before = redis.status;
      const answer = await redis.get(target.name('key'));
      const unused = target.client({ lazyConnect: true });
      const events = eventsOf(unused);
      unused.disconnect();
      await until(target, () => events().includes('end'));
      return [before, answer, redis.status, events().filter((event) => event !== 'close')];
    },
    ['wait', null, 'ready', ['end']],
  ],
  [
    'connect() rejects when the server refuses',
    async (target) => {
      const redis = target.refused({ lazyConnect: true, retryStrategy: () => null });
      return [await tell(redis.connect()), redis.status, await tell(redis.get('x'))];
    },
    [CLOSED, 'end', CLOSED],
  ],
  [
    'maxRetriesPerRequest fails queued commands after that number of attempts',
    async (target) => {
      const attempts: number[] = [];
      const redis = target.refused({
        enableOfflineQueue: true,
        maxRetriesPerRequest: 2,
        retryStrategy: (attempt) => (attempts.push(attempt) > 20 ? null : 1),
      });
      const failed = await tell(redis.get('x'));
      const count = attempts.length;
      const again = await tell(redis.get('x'));
      redis.disconnect();
      return [failed, count, again];
    },
    [retriesOver(2), 3, retriesOver(2)],
  ],
  [
    'queued commands survive a break',
    async (target) => {
      const redis = await ready(
        target.client({ enableOfflineQueue: true, maxRetriesPerRequest: null, retryStrategy: () => 20 }),
      );
      const key = target.name('key');
      await target.cut(redis);
      const events = eventsOf(redis);
      const answers = await Promise.all([redis.incr(key), redis.incr(key), redis.multi().incr(key).exec()]);
      return [answers, events().filter((event) => event !== 'error')];
    },
    [
      [1, 2, [[null, 3]]],
      ['connect', 'ready'],
    ],
  ],
  [
    'autoResendUnfulfilledCommands sends commands in flight again',
    async (target) => {
      const redis = await ready(target.client(RESENDING));
      const key = target.name('key');
      await redis.del(key);
      void target.kill(redis);
      const answers = await Promise.all([
        redis.incr(key),
        redis.incr(key),
        redis.pipeline().incr(key).incr(key).exec(),
      ]);
      return [answers, await redis.get(key)];
    },
    [
      [
        1,
        2,
        [
          [null, 3],
          [null, 4],
        ],
      ],
      '4',
    ],
  ],
  [
    'commands in flight may be neither sent again nor rejected',
    async (target) => {
      const redis = await ready(
        target.client({ enableOfflineQueue: true, maxRetriesPerRequest: null, retryStrategy: () => 20 }),
      );
      const [key, settled] = [target.name('key'), [] as string[]];
      await redis.del(key);
      void target.kill(redis);
      void tell(redis.incr(key)).then((answer) => settled.push(answer));
      await until(target, () => redis.status !== 'ready');
      return [await redis.get(key), settled];
    },
    [null, []],
  ],
  [
    'the rest of a pipeline whose beginning was answered is not sent again',
    async (target) => {
      const redis = await ready(target.client(RESENDING));
      const key = target.name('key');
      const id = await redis.client('ID');
      const pipeline = redis.pipeline().incr(key).client('KILL', 'ID', id, 'SKIPME', 'no').incr(key).incr(key);
      const [results, another] = await Promise.all([pipeline.exec(), redis.pipeline().incr(key).exec()]);
      return [
        results?.map(([error, value]) => (error === null ? value : String(error))),
        another,
        await redis.get(key),
      ];
    },
    [
      [
        1,
        1,
        'AbortError: Command aborted due to connection close',
        'AbortError: Command aborted due to connection close',
      ],
      [[null, 2]],
      '2',
    ],
  ],
  [
    'the next connection selects the database again',
    async (target) => {
      const redis = await ready(
        target.client({ enableOfflineQueue: true, maxRetriesPerRequest: null, retryStrategy: () => 20 }),
      );
      const key = target.name('key');
      await redis.select(5);
      await redis.set(key, 'five');
      await target.cut(redis);
      const answers = [await redis.get(key), await redis.del(key)];
      await redis.select(0);
      return [...answers, await redis.get(key)];
    },
    ['five', 1, null],
  ],
  [
    'reconnectOnError opens a new connection',
    async (target) => {
      const redis = await ready(
        target.client({
          enableOfflineQueue: true,
          maxRetriesPerRequest: null,
          retryStrategy: () => 5,
          reconnectOnError: (error) => error.message.startsWith('WRONGTYPE'),
        }),
      );
      const [key, events] = [target.name('key'), eventsOf(redis)];
      await redis.set(key, 'x');
      const [other, wrong] = [await tell(redis.incr(key)), await tell(redis.lpush(key, 'y'))];
      return [other, wrong, await redis.get(key), events()];
    },
    [
      'ReplyError: ERR value is not an integer or out of range',
      'ReplyError: WRONGTYPE Operation against a key holding the wrong kind of value',
      'x',
      ['close', 'reconnecting', 'connect', 'ready'],
    ],
  ],
  [
    'reconnectOnError sends the command again',
    async (target) => {
      const redis = await ready(
        target.client({
          enableOfflineQueue: true,
          maxRetriesPerRequest: null,
          retryStrategy: () => 5,
          reconnectOnError: () => 2,
        }),
      );
      const helper = await ready(target.client());
      const key = target.name('key');
      await helper.set(key, 'x');
      redis.once('close', () => void helper.del(key));
      return [await redis.lpush(key, 'y'), await redis.lrange(key, 0, -1)];
    },
    [1, ['y']],
  ],
  [
    'disconnect(true) opens a new connection',
    async (target) => {
      const redis = await ready(
        target.client({ enableOfflineQueue: true, maxRetriesPerRequest: null, retryStrategy: () => 5 }),
      );
      const events = eventsOf(redis);
      redis.disconnect(true);
      const answer = await redis.get(target.name('key'));
      return [answer, events()];
    },
    [null, ['close', 'reconnecting', 'connect', 'ready']],
  ],
  [
    'quit without a connection ends the client',
    async (target) => {
      const redis = target.client({ enableOfflineQueue: true });
      const answer = await redis.quit();
      await until(target, () => redis.status === 'end');
      const busy = target.client({ enableOfflineQueue: true });
      const answers = await Promise.all([busy.get(target.name('key')), busy.quit()]);
      return [answer, answers];
    },
    ['OK', [null, 'OK']],
  ],
  [
    'commandTimeout covers the wait for a connection',
    async (target) => {
      const redis = target.refused({
        enableOfflineQueue: true,
        maxRetriesPerRequest: null,
        commandTimeout: 20,
        retryStrategy: () => 500,
      });
      const answer = await tell(redis.get('x'));
      redis.disconnect();
      return answer;
    },
    'Error: Command timed out',
  ],
  [
    'errors without listeners do not throw',
    async (target) => {
      const redis = target.refused({ retryStrategy: () => null });
      redis.removeAllListeners('error');
      await until(target, () => redis.status === 'end');
      return redis.status;
    },
    'end',
  ],
];
