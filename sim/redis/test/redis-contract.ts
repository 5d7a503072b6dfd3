/**
 * What the simulated client of Redis shares with `ioredis` on a real server. Each entry does
 * something and tells what came of it; the same has to come of it in both places.
 */
import type { RedisClient, RedisOptions } from '../../system/types.ts';

export interface RedisPlace {
  /** A client that is connecting. */
  client(options?: RedisOptions): RedisClient;
  /** A client of a server that refuses connections. */
  refused(options?: RedisOptions): RedisClient;
  /**
   * Sends what will break the client's own connection before anything that it sends from now on.
   */
  kill(redis: RedisClient): Promise<void>;
  /**
   * Breaks the client's connection from outside, whatever it is doing; resolves when the client
   * knows.
   */
  cut(redis: RedisClient): Promise<void>;
  /** A key or channel that nobody else uses. */
  name(what: string): string;
  pause(): Promise<void>;
}

export type Entry = readonly [title: string, act: (place: RedisPlace) => Promise<unknown>, expected: unknown];

export const EVENTS = ['connect', 'ready', 'close', 'reconnecting', 'end', 'error'];
export const NO_RETRIES =
  'MaxRetriesPerRequestError: Reached the max retries per request limit (which is 0). Refer to "maxRetriesPerRequest" option for details.';
export const NOT_CONNECTED = "Error: Stream isn't writeable and enableOfflineQueue options is false";
export const CLOSED = 'Error: Connection is closed.';
export const SUBSCRIBER = 'Error: Connection in subscriber mode, only subscriber commands may be used';

export const REDIS_CONTRACT: readonly Entry[] = [
  [
    'strings, hashes and leases',
    async (place) => {
      const redis = await ready(place.client());
      const [key, hash] = [place.name('key'), place.name('hash')];
      return [
        await redis.set(key, 'x'),
        await redis.get(key),
        await redis.get(place.name('nothing')),
        await redis.hset(hash, 'a', '1', 'b', 2),
        await redis.hset(hash, 'a', '3'),
        await redis.hgetall(hash),
        await redis.hgetall(place.name('nothing')),
        await redis.pexpire(key, 60_000),
        await redis.pexpire(place.name('nothing'), 60_000),
        Number(await redis.call('PTTL', key)) > 50_000,
        await redis.call('pttl', hash),
        await redis.set(key, 'y'),
        await redis.call('pttl', key),
        await redis.del(key, hash, place.name('nothing')),
      ];
    },
    ['OK', 'x', null, 2, 0, { a: '3', b: '2' }, {}, 1, 0, true, -1, 'OK', -1, 2],
  ],
  [
    'a lease that ends',
    async (place) => {
      const redis = await ready(place.client());
      const key = place.name('key');
      const set = await redis.set(key, 'x', 'PX', 30);
      await until(place, async () => (await redis.get(key)) === null);
      return [set, await redis.pexpire(key, 1000), await redis.del(key)];
    },
    ['OK', 0, 0],
  ],
  [
    'SET with NX and XX',
    async (place) => {
      const redis = await ready(place.client());
      const key = place.name('key');
      return [
        await redis.set(key, '1', 'XX'),
        await redis.set(key, '1', 'PX', 60_000, 'NX'),
        await redis.set(key, '2', 'NX'),
        await redis.set(key, '3', 'XX'),
        await redis.get(key),
      ];
    },
    [null, 'OK', null, 'OK', '3'],
  ],
  [
    'what is no command, or none for this key',
    async (place) => {
      const redis = await ready(place.client());
      const key = place.name('key');
      await redis.set(key, 'x');
      const wrongType = await tell(redis.call('lpush', key, 'y'));
      return [(await tell(redis.call('nonsense'))).split("'")[0], wrongType, redis.status, await redis.get(key)];
    },
    [
      'ReplyError: ERR unknown command ',
      'ReplyError: WRONGTYPE Operation against a key holding the wrong kind of value',
      'ready',
      'x',
    ],
  ],
  [
    'a command before there is a connection',
    async (place) => {
      const redis = place.client();
      const before = [redis.status, await tell(redis.get('x')), await tell(redis.quit())];
      await ready(redis);
      return [...before, await redis.get(place.name('key'))];
    },
    ['connecting', NOT_CONNECTED, NOT_CONNECTED, null],
  ],
  [
    'a connection that breaks with commands in flight',
    async (place) => {
      const redis = await ready(place.client({ retryStrategy: () => 20 }));
      const key = place.name('key');
      await redis.del(key);
      const events = eventsOf(redis);
      void place.kill(redis);
      const inFlight = [tell(redis.set(key, 'x')), tell(redis.get(key))];
      const seen: string[] = [];
      redis.once('close', () => seen.push(redis.status));
      const answers = await Promise.all(inFlight);
      answers.push(await tell(redis.get(key)));
      await ready(redis);
      // A reset may be announced as an error before.
      return [answers, seen, await redis.get(key), events().filter((event) => event !== 'error')];
    },
    [[NO_RETRIES, NO_RETRIES, NOT_CONNECTED], ['reconnecting'], null, ['close', 'reconnecting', 'connect', 'ready']],
  ],
  [
    'a connection that breaks when nobody retries',
    async (place) => {
      const redis = await ready(place.client({ retryStrategy: () => null }));
      await redis.get(place.name('key'));
      const events = eventsOf(redis);
      void place.kill(redis);
      const inFlight = tell(redis.get('x'));
      await until(place, () => redis.status === 'end');
      return [
        await inFlight,
        await tell(redis.get('x')),
        await tell(redis.quit()),
        events().filter((event) => event !== 'error'),
      ];
    },
    [CLOSED, CLOSED, CLOSED, ['close', 'end']],
  ],
  [
    'quit',
    async (place) => {
      const redis = await ready(place.client());
      const [events, key] = [eventsOf(redis), place.name('key')];
      const answers = await Promise.all([tell(redis.set(key, 'x')), tell(redis.quit())]);
      await until(place, () => redis.status === 'end');
      return [answers, await tell(redis.get(key)), events()];
    },
    [['OK', 'OK'], CLOSED, ['close', 'end']],
  ],
  [
    'disconnect',
    async (place) => {
      const redis = await ready(place.client());
      const events = eventsOf(redis);
      redis.disconnect();
      const answers = [redis.status, await tell(redis.get('x'))];
      await until(place, () => redis.status === 'end');
      redis.disconnect();
      return [answers, events()];
    },
    [
      ['ready', NOT_CONNECTED],
      ['close', 'end'],
    ],
  ],
  [
    'a server that refuses, and disconnect between two attempts',
    async (place) => {
      const attempts: number[] = [];
      const redis = place.refused({ retryStrategy: (attempt) => (attempts.push(attempt) < 3 ? 1 : 100_000) });
      const events = eventsOf(redis);
      await until(place, () => attempts.length === 3 && redis.status === 'reconnecting');
      const seen = [attempts, events().slice(0, 6)];
      redis.disconnect();
      await place.pause();
      return [...seen, redis.status, events().filter((event) => event === 'end'), await tell(redis.get('x'))];
    },
    [
      [1, 2, 3],
      ['error', 'close', 'reconnecting', 'error', 'close', 'reconnecting'],
      'reconnecting',
      [],
      NOT_CONNECTED,
    ],
  ],
  [
    'channels',
    async (place) => {
      const [subscriber, publisher] = [await ready(place.client()), await ready(place.client())];
      const [one, other] = [place.name('one'), place.name('other')];
      const heard: string[] = [];
      subscriber.on('message', (channel: string, text: string) =>
        heard.push(`${channel === one ? 'one' : 'other'} ${text}`),
      );
      const answers = [
        await publisher.publish(one, 'nobody'),
        await subscriber.subscribe(one, other),
        await publisher.publish(one, '1'),
        await publisher.publish(other, '2'),
        await tell(subscriber.get('x')),
        await subscriber.unsubscribe(one),
        await publisher.publish(one, 'nobody'),
        await publisher.publish(other, '3'),
        await subscriber.unsubscribe(),
        await publisher.publish(other, 'nobody'),
      ];
      await until(place, () => heard.length === 3);
      return [answers, heard, await subscriber.get(place.name('key'))];
    },
    [[0, 2, 1, 1, SUBSCRIBER, 1, 0, 1, 0, 0], ['one 1', 'other 2', 'other 3'], null],
  ],
  [
    'channels after a connection that broke',
    async (place) => {
      const subscriber = await ready(place.client({ retryStrategy: () => 20 }));
      const publisher = await ready(place.client());
      const [channel, heard] = [place.name('channel'), [] as string[]];
      subscriber.on('message', (_channel: string, text: string) => heard.push(text));
      await subscriber.subscribe(channel);
      await place.kill(subscriber);
      await until(place, () => subscriber.status !== 'ready');
      const between = await publisher.publish(channel, 'between');
      await ready(subscriber);
      await until(place, async () => (await publisher.publish(channel, 'again')) === 1);
      await until(place, () => heard.length > 0);
      return [between, heard];
    },
    [0, ['again']],
  ],
  [
    'channels after a connection that broke, for a client that is told not to subscribe again',
    async (place) => {
      const subscriber = await ready(place.client({ retryStrategy: () => 20, autoResubscribe: false }));
      const publisher = await ready(place.client());
      const [channel, heard] = [place.name('channel'), [] as string[]];
      subscriber.on('message', (_channel: string, text: string) => heard.push(text));
      await subscriber.subscribe(channel);
      await place.kill(subscriber);
      await until(place, () => subscriber.status !== 'ready');
      await ready(subscriber);
      const answers = [
        await tell(subscriber.get(place.name('key'))),
        await publisher.publish(channel, 'nobody'),
        await subscriber.subscribe(channel),
        await publisher.publish(channel, 'again'),
      ];
      await until(place, () => heard.length > 0);
      return [answers, heard];
    },
    [['null', 0, 1, 1], ['again']],
  ],
];

/** Resolves when the client is ready. */
export async function ready(redis: RedisClient): Promise<RedisClient> {
  if (redis.status !== 'ready') await new Promise((resolve) => redis.once('ready', resolve));
  return redis;
}

/** Events from now on. */
export function eventsOf(redis: RedisClient): () => string[] {
  const seen: string[] = [];
  for (const event of EVENTS) redis.on(event, () => seen.push(event));
  return () => seen;
}

export async function tell(answer: Promise<unknown>): Promise<string> {
  return answer.then(String, (error: Error) => `${error.name}: ${error.message}`);
}

export async function until(place: RedisPlace, holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await place.pause();
}
