/**
 * What the faults of the simulated Redis share with a real server, its connections and `ioredis`,
 * when those are made to suffer the same. Each entry does something and tells what came of it; the
 * same has to come of it in both places.
 */
import {
  eventsOf,
  messagesOf,
  PERSISTENT,
  ready,
  type RedisFaultEntry,
  type RedisFaultPlace,
  tell,
  until,
} from './redis-faults-place.ts';

const NO_RETRIES =
  'MaxRetriesPerRequestError: Reached the max retries per request limit (which is 0). Refer to "maxRetriesPerRequest" option for details.';
const NOT_CONNECTED = "Error: Stream isn't writeable and enableOfflineQueue options is false";
const RESET = ['error read ECONNRESET', 'close', 'reconnecting', 'connect', 'ready'];
const ENDED = ['close', 'reconnecting', 'connect', 'ready'];

const LOADING = 'ReplyError: LOADING Redis is loading the dataset in memory';
const OOM = "ReplyError: OOM command not allowed when used memory > 'maxmemory'.";
const READONLY = "ReplyError: READONLY You can't write against a read only replica.";
const BUSY = 'ReplyError: BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.';
const NOAUTH = 'ReplyError: NOAUTH Authentication required.';

/** What servers in trouble say to a command, by the trouble that it is affected by. */
const ERRORS: readonly (readonly [errors: readonly string[], name: string, ...parameters: string[]])[] = [
  [[LOADING, OOM, READONLY, BUSY, NOAUTH], 'set', 'key', 'value'],
  [[LOADING, OOM, READONLY, BUSY, NOAUTH], 'hset', 'hash', 'field', 'value'],
  [[LOADING, READONLY, BUSY, NOAUTH], 'del', 'key'],
  [[LOADING, READONLY, BUSY, NOAUTH], 'pexpire', 'key', '1000'],
  [[LOADING, BUSY, NOAUTH], 'get', 'key'],
  [[LOADING, BUSY, NOAUTH], 'hgetall', 'hash'],
  [[BUSY, NOAUTH], 'publish', 'channel', 'text'],
  [[BUSY, NOAUTH], 'time'],
];

/** Runs the same in each of the ways in which the real thing can suffer a fault. */
async function eachWay(
  place: RedisFaultPlace,
  kind: string,
  act: (befall: () => Promise<() => Promise<void>>) => Promise<unknown>,
): Promise<unknown> {
  const results: unknown[] = [];
  for (const way of place.ways(kind)) results.push(await act(() => place.befall(kind, way)));
  const [first] = results;
  return results.every((result) => JSON.stringify(result) === JSON.stringify(first)) ? first : results;
}

export const REDIS_FAULTS_CONTRACT: readonly RedisFaultEntry[] = [
  [
    'redis-error: what servers in trouble say to each command',
    async (place) => {
      const seen = await place.errorsOf(ERRORS.map(([, name, ...parameters]) => [name, ...parameters]));
      return seen.map((errors) => [...errors].sort());
    },
    ERRORS.map(([errors]) => [...errors].sort()),
  ],
  [
    'redis-request-lost: the command fails with those behind it, and is never applied',
    async (place) => {
      const redis = await ready(place.client(PERSISTENT));
      const other = await ready(place.other());
      const key = place.name('key');
      const events = eventsOf(redis);
      const end = await place.befall('redis-request-lost');
      const answers = [tell(redis.set(key, 'x')), tell(redis.get(key))];
      const told = await Promise.all(answers);
      await end();
      await until(place, () => redis.status === 'ready');
      return [told, events, await other.get(key), await tell(redis.set(key, 'y'))];
    },
    [[NO_RETRIES, NO_RETRIES], RESET, null, 'OK'],
  ],
  [
    'redis-reply-lost: the command fails all the same, and is applied',
    async (place) => {
      const redis = await ready(place.client(PERSISTENT));
      const other = await ready(place.other());
      const key = place.name('key');
      const events = eventsOf(redis);
      const end = await place.befall('redis-reply-lost');
      const told = await tell(redis.set(key, 'x'));
      await end();
      await until(place, () => redis.status === 'ready');
      return [told, events, await other.get(key)];
    },
    [NO_RETRIES, RESET, 'x'],
  ],
  [
    'redis-refused: commands fail at once while the client still takes itself for ready, then it connects anew',
    async (place) => {
      const redis = await ready(place.client(PERSISTENT));
      const other = await ready(place.other());
      const key = place.name('key');
      const closed = new Promise((resolve) => redis.once('close', resolve));
      const end = await place.befall('redis-refused');
      const answers = [tell(redis.set(key, 'x')), tell(redis.get(key))];
      const status = redis.status;
      const told = await Promise.all(answers);
      await closed;
      await end();
      await ready(redis);
      return [status, told, await other.get(key), await tell(redis.set(key, 'y'))];
    },
    ['ready', [NOT_CONNECTED, NOT_CONNECTED], null, 'OK'],
  ],
  [
    'redis-slow-reply: applied long before it is answered, and everything behind it waits',
    async (place) => {
      const redis = await ready(place.client());
      const other = await ready(place.other());
      const key = place.name('key');
      const order: string[] = [];
      const end = await place.befall('redis-slow-reply');
      const answers = [redis.set(key, 'x'), redis.get(key)].map((answer, index) =>
        answer.then(() => order.push(`${index}`)),
      );
      await until(place, async () => (await other.get(key)) === 'x');
      const between = [...order];
      await end();
      await Promise.all(answers);
      return [between, order, redis.status];
    },
    [[], ['0', '1'], 'ready'],
  ],
  [
    'redis-slow-reply: a caller that has given up is told so once; the command is applied, and its reply is not taken for another',
    async (place) => {
      const redis = await ready(place.client({ commandTimeout: 100 }));
      const other = await ready(place.other());
      const key = place.name('key');
      const end = await place.befall('redis-slow-reply');
      const told = await tell(redis.set(key, 'x'));
      const applied = await other.get(key);
      await end();
      await until(place, async () => (await tell(redis.get(key))) === 'x');
      return [told, applied, redis.status];
    },
    ['Error: Command timed out', 'x', 'ready'],
  ],
  [
    'redis-stall: nothing is answered, nobody is told, and afterwards everything comes in order',
    (place) =>
      eachWay(place, 'redis-stall', async (befall) => {
        const redis = await ready(place.client());
        const key = place.name('key');
        await redis.del(key);
        const events = eventsOf(redis);
        const end = await befall();
        const order: string[] = [];
        const answers = ['a', 'b', 'c'].map((text) =>
          redis.call('append', key, text).then((length) => order.push(`${text} ${String(length)}`)),
        );
        await place.pause();
        const between = [order.length, redis.status];
        await end();
        await Promise.all(answers);
        return [between, order, await redis.get(key), events];
      }),
    [[0, 'ready'], ['a 1', 'b 2', 'c 3'], 'abc', []],
  ],
  [
    'redis-stall: a caller that has given up; the command is applied when the silence is over',
    (place) =>
      eachWay(place, 'redis-stall', async (befall) => {
        const redis = await ready(place.client({ commandTimeout: 100 }));
        const key = place.name('key');
        await redis.del(key);
        const end = await befall();
        const told = await tell(redis.set(key, 'x'));
        await end();
        await until(place, async () => (await tell(redis.get(key))) === 'x');
        return [told, redis.status];
      }),
    ['Error: Command timed out', 'ready'],
  ],
  [
    'redis-drop: what is in flight fails, and a subscriber hears nothing of what is published until it has subscribed anew',
    async (place) => {
      const redis = await ready(place.client(PERSISTENT));
      // It waits so long that what is published meanwhile is certain to be missed.
      const subscriber = await ready(place.client({ retryStrategy: () => 500 }));
      const other = await ready(place.other());
      const channel = place.name('channel');
      const heard = messagesOf(subscriber);
      await subscriber.subscribe(channel);
      const events = eventsOf(redis);
      const closed = new Promise((resolve) => subscriber.once('close', resolve));
      await place.befall('redis-drop');
      await closed;
      const receivers = await other.publish(channel, 'between');
      await until(place, async () => (await other.publish(channel, 'again')) === 1);
      await until(place, () => heard.length > 0 && redis.status === 'ready');
      return [receivers, new Set(heard).size, heard[0], events];
    },
    [0, 1, 'again', RESET],
  ],
  [
    'redis-message-lost: a publisher is told that a subscriber was reached, and it was not; its connection stays',
    async (place) => {
      const subscriber = await ready(place.client());
      const other = await ready(place.other());
      const channel = place.name('channel');
      const heard = messagesOf(subscriber);
      const events = eventsOf(subscriber);
      await subscriber.subscribe(channel);
      await other.publish(channel, 'before');
      await until(place, () => heard.length === 1);
      const end = await place.befall('redis-message-lost');
      const receivers = await other.publish(channel, 'unheard');
      const pong = await tell(subscriber.call('ping'));
      await place.pause();
      await end();
      await other.publish(channel, 'after');
      await until(place, () => heard.length === 2);
      return [receivers, pong.length > 0, heard, events];
    },
    [1, true, ['before', 'after'], []],
  ],
  ...(['redis-restart', 'redis-down', 'redis-restart-empty'] as const).map((kind): RedisFaultEntry => [
    `${kind}: connections end, new ones are refused, and then the server is back ${kind === 'redis-restart-empty' ? 'without' : 'with'} its data`,
    async (place) => {
      const redis = await ready(place.client(PERSISTENT));
      const key = place.name('key');
      await redis.set(key, 'x');
      const events = eventsOf(redis);
      const end = await place.befall(kind);
      await until(place, () => events.filter((event) => event.startsWith('error connect ECONNREFUSED')).length >= 2);
      const between = [redis.status !== 'ready', await tell(redis.get(key))];
      await end();
      await until(place, () => redis.status === 'ready');
      return [between, events.slice(0, 2), events.slice(-2), await redis.get(key)];
    },
    [[true, NOT_CONNECTED], ENDED.slice(0, 2), ENDED.slice(-2), kind === 'redis-restart-empty' ? null : 'x'],
  ]),
  [
    'redis-failover: what was written in the last moments is forgotten, although it was acknowledged, and what was deleted is back',
    async (place) => {
      const redis = await ready(place.client(PERSISTENT));
      const [key, deleted] = [place.name('key'), place.name('deleted')];
      await redis.set(key, 'old');
      await redis.set(deleted, 'x');
      const end = await place.befall('redis-failover');
      const told = [await tell(redis.set(key, 'new')), await tell(redis.del(deleted))];
      await until(place, () => redis.status !== 'ready');
      await end();
      await until(place, () => redis.status === 'ready');
      return [told, await redis.get(key), await redis.get(deleted)];
    },
    [['OK', '1'], 'old', 'x'],
  ],
];
