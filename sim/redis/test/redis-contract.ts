/**
 * What the simulated Redis client shares with `ioredis` on a real server. Each entry does something
 * and returns the outcome, which must be the same on every target.
 */
import type { RedisClient, RedisOptions } from '../../system/types.ts';

export interface RedisTarget {
  /** Creates a client, which connects. */
  client(options?: RedisOptions): RedisClient;
  /** Creates a client of a server that refuses connections. */
  refused(options?: RedisOptions): RedisClient;
  /**
   * Sends what will break the client's connection, ahead of everything that it sends from now on.
   */
  kill(redis: RedisClient): Promise<void>;
  /** Breaks the client's connection from outside. Resolves when the client has noticed. */
  cut(redis: RedisClient): Promise<void>;
  /** Returns a key or channel that no other entry uses. */
  name(what: string): string;
  pause(): Promise<void>;
}

export type Entry = readonly [title: string, act: (target: RedisTarget) => Promise<unknown>, expected: unknown];

export const EVENTS = ['connect', 'ready', 'close', 'reconnecting', 'end', 'error'];
export const NO_RETRIES =
  'MaxRetriesPerRequestError: Reached the max retries per request limit (which is 0). Refer to "maxRetriesPerRequest" option for details.';
export const NOT_CONNECTED = "Error: Stream isn't writeable and enableOfflineQueue options is false";
export const CLOSED = 'Error: Connection is closed.';
export const SUBSCRIBER = 'Error: Connection in subscriber mode, only subscriber commands may be used';

export const REDIS_CONTRACT: readonly Entry[] = [
  [
    'strings, hashes and expiry',
    async (target) => {
      const redis = await ready(target.client());
      const [key, hash] = [target.name('key'), target.name('hash')];
      return [
        await redis.set(key, 'x'),
        await redis.get(key),
        await redis.get(target.name('nothing')),
        await redis.hset(hash, 'a', '1', 'b', 2),
        await redis.hset(hash, 'a', '3'),
        await redis.hgetall(hash),
        await redis.hgetall(target.name('nothing')),
        await redis.pexpire(key, 60_000),
        await redis.pexpire(target.name('nothing'), 60_000),
        Number(await redis.call('PTTL', key)) > 50_000,
        await redis.call('pttl', hash),
        await redis.set(key, 'y'),
        await redis.call('pttl', key),
        await redis.del(key, hash, target.name('nothing')),
      ];
    },
    ['OK', 'x', null, 2, 0, { a: '3', b: '2' }, {}, 1, 0, true, -1, 'OK', -1, 2],
  ],
  [
    'a key expires',
    async (target) => {
      const redis = await ready(target.client());
      const key = target.name('key');
      const set = await redis.set(key, 'x', 'PX', 30);
      await until(target, async () => (await redis.get(key)) === null);
      return [set, await redis.pexpire(key, 1000), await redis.del(key)];
    },
    ['OK', 0, 0],
  ],
  [
    'SET has NX and XX',
    async (target) => {
      const redis = await ready(target.client());
      const key = target.name('key');
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
    'unknown commands and wrong types are errors',
    async (target) => {
      const redis = await ready(target.client());
      const key = target.name('key');
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
    'a command without a connection fails',
    async (target) => {
      const redis = target.client();
      const before = [redis.status, await tell(redis.get('x')), await tell(redis.quit())];
      await ready(redis);
      return [...before, await redis.get(target.name('key'))];
    },
    ['connecting', NOT_CONNECTED, NOT_CONNECTED, null],
  ],
  [
    'commands in flight fail when the connection breaks',
    async (target) => {
      const redis = await ready(target.client({ retryStrategy: () => 20 }));
      const key = target.name('key');
      await redis.del(key);
      const events = eventsOf(redis);
      void target.kill(redis);
      const inFlight = [tell(redis.set(key, 'x')), tell(redis.get(key))];
      const statuses: string[] = [];
      redis.once('close', () => statuses.push(redis.status));
      const answers = await Promise.all(inFlight);
      answers.push(await tell(redis.get(key)));
      await ready(redis);
      // A reset may emit an error first.
      return [answers, statuses, await redis.get(key), events().filter((event) => event !== 'error')];
    },
    [[NO_RETRIES, NO_RETRIES, NOT_CONNECTED], ['reconnecting'], null, ['close', 'reconnecting', 'connect', 'ready']],
  ],
  [
    'a client without retries ends when the connection breaks',
    async (target) => {
      const redis = await ready(target.client({ retryStrategy: () => null }));
      await redis.get(target.name('key'));
      const events = eventsOf(redis);
      void target.kill(redis);
      const inFlight = tell(redis.get('x'));
      await until(target, () => redis.status === 'end');
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
    'quit ends the client after all replies',
    async (target) => {
      const redis = await ready(target.client());
      const [events, key] = [eventsOf(redis), target.name('key')];
      const answers = await Promise.all([tell(redis.set(key, 'x')), tell(redis.quit())]);
      await until(target, () => redis.status === 'end');
      return [answers, await tell(redis.get(key)), events()];
    },
    [['OK', 'OK'], CLOSED, ['close', 'end']],
  ],
  [
    'disconnect ends the client',
    async (target) => {
      const redis = await ready(target.client());
      const events = eventsOf(redis);
      redis.disconnect();
      const answers = [redis.status, await tell(redis.get('x'))];
      await until(target, () => redis.status === 'end');
      redis.disconnect();
      return [answers, events()];
    },
    [
      ['ready', NOT_CONNECTED],
      ['close', 'end'],
    ],
  ],
  [
    'disconnect between two attempts ends the attempts',
    async (target) => {
      const attempts: number[] = [];
      const redis = target.refused({ retryStrategy: (attempt) => (attempts.push(attempt) < 3 ? 1 : 100_000) });
      const events = eventsOf(redis);
      await until(target, () => attempts.length === 3 && redis.status === 'reconnecting');
      const before = [attempts, events().slice(0, 6)];
      redis.disconnect();
      await target.pause();
      return [...before, redis.status, events().filter((event) => event === 'end'), await tell(redis.get('x'))];
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
    'subscribers receive messages',
    async (target) => {
      const [subscriber, publisher] = [await ready(target.client()), await ready(target.client())];
      const [one, other] = [target.name('one'), target.name('other')];
      const received: string[] = [];
      subscriber.on('message', (channel: string, text: string) =>
        received.push(`${channel === one ? 'one' : 'other'} ${text}`),
      );
      const answers = [
        await publisher.publish(one, 'no subscriber'),
        await subscriber.subscribe(one, other),
        await publisher.publish(one, '1'),
        await publisher.publish(other, '2'),
        await tell(subscriber.get('x')),
        await subscriber.unsubscribe(one),
        await publisher.publish(one, 'no subscriber'),
        await publisher.publish(other, '3'),
        await subscriber.unsubscribe(),
        await publisher.publish(other, 'no subscriber'),
      ];
      await until(target, () => received.length === 3);
      return [answers, received, await subscriber.get(target.name('key'))];
    },
    [[0, 2, 1, 1, SUBSCRIBER, 1, 0, 1, 0, 0], ['one 1', 'other 2', 'other 3'], null],
  ],
  [
    'channels are subscribed to again after a break',
    async (target) => {
      const subscriber = await ready(target.client({ retryStrategy: () => 20 }));
      const publisher = await ready(target.client());
      const [channel, received] = [target.name('channel'), [] as string[]];
      subscriber.on('message', (_channel: string, text: string) => received.push(text));
      await subscriber.subscribe(channel);
      await target.kill(subscriber);
      await until(target, () => subscriber.status !== 'ready');
      const between = await publisher.publish(channel, 'between');
      await ready(subscriber);
      await until(target, async () => (await publisher.publish(channel, 'again')) === 1);
      await until(target, () => received.length > 0);
      return [between, received];
    },
    [0, ['again']],
  ],
  [
    'channels are not subscribed to again without autoResubscribe',
    async (target) => {
      const subscriber = await ready(target.client({ retryStrategy: () => 20, autoResubscribe: false }));
      const publisher = await ready(target.client());
      const [channel, received] = [target.name('channel'), [] as string[]];
      subscriber.on('message', (_channel: string, text: string) => received.push(text));
      await subscriber.subscribe(channel);
      await target.kill(subscriber);
      await until(target, () => subscriber.status !== 'ready');
      await ready(subscriber);
      const answers = [
        await tell(subscriber.get(target.name('key'))),
        await publisher.publish(channel, 'no subscriber'),
        await subscriber.subscribe(channel),
        await publisher.publish(channel, 'again'),
      ];
      await until(target, () => received.length > 0);
      return [answers, received];
    },
    [['null', 0, 1, 1], ['again']],
  ],
];

/** Resolves when the client is ready. */
export async function ready(redis: RedisClient): Promise<RedisClient> {
  if (redis.status !== 'ready') await new Promise((resolve) => redis.once('ready', resolve));
  return redis;
}

/** Logs events from now on. */
export function eventsOf(redis: RedisClient): () => string[] {
  const events: string[] = [];
  for (const event of EVENTS) redis.on(event, () => events.push(event));
  return () => events;
}

export async function tell(answer: Promise<unknown>): Promise<string> {
  return answer.then(String, (error: Error) => `${error.name}: ${error.message}`);
}

export async function until(target: RedisTarget, holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await target.pause();
}
