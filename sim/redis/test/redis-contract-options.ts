/**
 * What the simulated client shares with the real one about its options: when it connects, what it
 * keeps, and what it sends again.
 */
import { CLOSED, type Entry, eventsOf, NOT_CONNECTED, ready, tell, until } from './redis-contract.ts';

const retriesOver = (most: number): string =>
  `MaxRetriesPerRequestError: Reached the max retries per request limit (which is ${most}). Refer to "maxRetriesPerRequest" option for details.`;

/** What was in flight when the connection broke is sent again on the next. */
const RESENDING = {
  enableOfflineQueue: true,
  autoResendUnfulfilledCommands: true,
  maxRetriesPerRequest: 20,
  retryStrategy: () => 20,
};

export const OPTIONS_CONTRACT: readonly Entry[] = [
  [
    'a queue for what has no connection yet',
    async (place) => {
      const redis = place.client({ enableOfflineQueue: true });
      const key = place.name('key');
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
    'a client that connects when it is told to',
    async (place) => {
      const redis = place.client({ lazyConnect: true });
      const before = [redis.status, await tell(redis.get('x'))];
      await ready(redis);
      const twice = await tell(redis.connect());
      await redis.quit();
      await until(place, () => redis.status === 'end');
      await redis.connect();
      return [before, twice, redis.status, await redis.get(place.name('key'))];
    },
    [['wait', NOT_CONNECTED], 'Error: Redis is already connecting/connected', 'ready', null],
  ],
  [
    'a client that connects when it is asked for something',
    async (place) => {
      const redis = place.client({ lazyConnect: true, enableOfflineQueue: true });
      const before = redis.status;
      const answer = await redis.get(place.name('key'));
      const unused = place.client({ lazyConnect: true });
      const events = eventsOf(unused);
      unused.disconnect();
      await until(place, () => events().includes('end'));
      return [before, answer, redis.status, events().filter((event) => event !== 'close')];
    },
    ['wait', null, 'ready', ['end']],
  ],
  [
    'connecting in vain',
    async (place) => {
      const redis = place.refused({ lazyConnect: true, retryStrategy: () => null });
      return [await tell(redis.connect()), redis.status, await tell(redis.get('x'))];
    },
    [CLOSED, 'end', CLOSED],
  ],
  [
    'so many attempts, and then what waits fails',
    async (place) => {
      const attempts: number[] = [];
      const redis = place.refused({
        enableOfflineQueue: true,
        maxRetriesPerRequest: 2,
        retryStrategy: (attempt) => (attempts.push(attempt) > 20 ? null : 1),
      });
      const failed = await tell(redis.get('x'));
      const seen = attempts.length;
      const again = await tell(redis.get('x'));
      redis.disconnect();
      return [failed, seen, again];
    },
    [retriesOver(2), 3, retriesOver(2)],
  ],
  [
    'commands that wait through a break',
    async (place) => {
      const redis = await ready(
        place.client({ enableOfflineQueue: true, maxRetriesPerRequest: null, retryStrategy: () => 20 }),
      );
      const key = place.name('key');
      await place.cut(redis);
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
    'commands in flight that are sent again',
    async (place) => {
      const redis = await ready(place.client(RESENDING));
      const key = place.name('key');
      await redis.del(key);
      void place.kill(redis);
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
    'commands in flight that are neither sent again nor given up',
    async (place) => {
      const redis = await ready(
        place.client({ enableOfflineQueue: true, maxRetriesPerRequest: null, retryStrategy: () => 20 }),
      );
      const [key, settled] = [place.name('key'), [] as string[]];
      await redis.del(key);
      void place.kill(redis);
      void tell(redis.incr(key)).then((answer) => settled.push(answer));
      await until(place, () => redis.status !== 'ready');
      return [await redis.get(key), settled];
    },
    [null, []],
  ],
  [
    'the rest of a pipeline whose beginning was answered is not sent again',
    async (place) => {
      const redis = await ready(place.client(RESENDING));
      const key = place.name('key');
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
    'a database is selected again on the next connection',
    async (place) => {
      const redis = await ready(
        place.client({ enableOfflineQueue: true, maxRetriesPerRequest: null, retryStrategy: () => 20 }),
      );
      const key = place.name('key');
      await redis.select(5);
      await redis.set(key, 'five');
      await place.cut(redis);
      const answers = [await redis.get(key), await redis.del(key)];
      await redis.select(0);
      return [...answers, await redis.get(key)];
    },
    ['five', 1, null],
  ],
  [
    'an error that asks for another connection',
    async (place) => {
      const redis = await ready(
        place.client({
          enableOfflineQueue: true,
          maxRetriesPerRequest: null,
          retryStrategy: () => 5,
          reconnectOnError: (error) => error.message.startsWith('WRONGTYPE'),
        }),
      );
      const [key, events] = [place.name('key'), eventsOf(redis)];
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
    'an error after which the command is sent again',
    async (place) => {
      const redis = await ready(
        place.client({
          enableOfflineQueue: true,
          maxRetriesPerRequest: null,
          retryStrategy: () => 5,
          reconnectOnError: () => 2,
        }),
      );
      const helper = await ready(place.client());
      const key = place.name('key');
      await helper.set(key, 'x');
      redis.once('close', () => void helper.del(key));
      return [await redis.lpush(key, 'y'), await redis.lrange(key, 0, -1)];
    },
    [1, ['y']],
  ],
  [
    'another connection when it is asked for',
    async (place) => {
      const redis = await ready(
        place.client({ enableOfflineQueue: true, maxRetriesPerRequest: null, retryStrategy: () => 5 }),
      );
      const events = eventsOf(redis);
      redis.disconnect(true);
      const answer = await redis.get(place.name('key'));
      return [answer, events()];
    },
    [null, ['close', 'reconnecting', 'connect', 'ready']],
  ],
  [
    'quit while there is no connection',
    async (place) => {
      const redis = place.client({ enableOfflineQueue: true });
      const answer = await redis.quit();
      await until(place, () => redis.status === 'end');
      const busy = place.client({ enableOfflineQueue: true });
      const answers = await Promise.all([busy.get(place.name('key')), busy.quit()]);
      return [answer, answers];
    },
    ['OK', [null, 'OK']],
  ],
  [
    'a limit on commands that wait for a connection',
    async (place) => {
      const redis = place.refused({
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
    'nobody listens for errors',
    async (place) => {
      const redis = place.refused({ retryStrategy: () => null });
      redis.removeAllListeners('error');
      await until(place, () => redis.status === 'end');
      return redis.status;
    },
    'end',
  ],
];
