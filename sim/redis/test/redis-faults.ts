/**
 * What the faults of the simulated Redis share with a real server, its connections and `ioredis`
 * under the same faults. Each entry does something and returns the outcome, which must be the same
 * on both targets.
 */
import { ENDED, NO_RETRIES, NOT_CONNECTED, RESET } from './ioredis-outcomes.ts';
import {
  eventsOf,
  messagesOf,
  PERSISTENT,
  ready,
  type RedisFaultEntry,
  type RedisFaultTarget,
  tell,
  until,
} from './redis-fault-target.ts';

const LOADING = 'ReplyError: LOADING Redis is loading the dataset in memory';
const OOM = "ReplyError: OOM command not allowed when used memory > 'maxmemory'.";
const READONLY = "ReplyError: READONLY You can't write against a read only replica.";
const BUSY = 'ReplyError: BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.';

/** The errors that a server can answer to a command, by its state. */
const ERRORS: readonly (readonly [errors: readonly string[], name: string, ...parameters: string[]])[] = [
  [[LOADING, OOM, READONLY, BUSY], 'set', 'key', 'value'],
  [[LOADING, OOM, READONLY, BUSY], 'hset', 'hash', 'field', 'value'],
  [[LOADING, READONLY, BUSY], 'del', 'key'],
  [[LOADING, READONLY, BUSY], 'pexpire', 'key', '1000'],
  [[LOADING, BUSY], 'get', 'key'],
  [[LOADING, BUSY], 'hgetall', 'hash'],
  [[BUSY], 'publish', 'channel', 'text'],
  [[BUSY], 'time'],
];

/** Runs an entry in each way in which the target can suffer the fault. */
async function eachWay(
  target: RedisFaultTarget,
  kind: string,
  act: (inject: () => Promise<() => Promise<void>>) => Promise<unknown>,
): Promise<unknown> {
  const results: unknown[] = [];
  for (const way of target.ways(kind)) results.push(await act(() => target.inject(kind, { way })));
  const [first] = results;
  return results.every((result) => JSON.stringify(result) === JSON.stringify(first)) ? first : results;
}

export const REDIS_FAULTS_CONTRACT: readonly RedisFaultEntry[] = [
  [
    'redis-error: each command has the errors of a real server',
    async (target) => {
      const errorSets = await target.errorsOf(ERRORS.map(([, name, ...parameters]) => [name, ...parameters]));
      return errorSets.map((errors) => [...errors].sort());
    },
    ERRORS.map(([errors]) => [...errors].sort()),
  ],
  [
    'redis-request-lost: the command fails with those behind it, and is never applied',
    async (target) => {
      const redis = await ready(target.client(PERSISTENT));
      const other = await ready(target.other());
      const key = target.name('key');
      const events = eventsOf(redis);
      const end = await target.inject('redis-request-lost');
      const answers = [tell(redis.set(key, 'x')), tell(redis.get(key))];
      const outcome = await Promise.all(answers);
      await end();
      await until(target, () => redis.status === 'ready');
      return [outcome, events, await other.get(key), await tell(redis.set(key, 'y'))];
    },
    [[NO_RETRIES, NO_RETRIES], RESET, null, 'OK'],
  ],
  [
    'redis-reply-lost: the command fails, although it is applied',
    async (target) => {
      const redis = await ready(target.client(PERSISTENT));
      const other = await ready(target.other());
      const key = target.name('key');
      const events = eventsOf(redis);
      const end = await target.inject('redis-reply-lost');
      const outcome = await tell(redis.set(key, 'x'));
      await end();
      await until(target, () => redis.status === 'ready');
      return [outcome, events, await other.get(key)];
    },
    [NO_RETRIES, RESET, 'x'],
  ],
  [
    'redis-refused: commands fail at once while the client is still ready, then it reconnects',
    async (target) => {
      const redis = await ready(target.client(PERSISTENT));
      const other = await ready(target.other());
      const key = target.name('key');
      const closed = new Promise((resolve) => redis.once('close', resolve));
      const end = await target.inject('redis-refused');
      const answers = [tell(redis.set(key, 'x')), tell(redis.get(key))];
      const status = redis.status;
      const outcome = await Promise.all(answers);
      await closed;
      await end();
      await ready(redis);
      return [status, outcome, await other.get(key), await tell(redis.set(key, 'y'))];
    },
    ['ready', [NOT_CONNECTED, NOT_CONNECTED], null, 'OK'],
  ],
  [
    'redis-slow-reply: a command is applied long before its reply, and everything behind it waits',
    async (target) => {
      const redis = await ready(target.client());
      const other = await ready(target.other());
      const key = target.name('key');
      const order: string[] = [];
      const end = await target.inject('redis-slow-reply');
      const answers = [redis.set(key, 'x'), redis.get(key)].map((answer, index) =>
        answer.then(() => order.push(`${index}`)),
      );
      await until(target, async () => (await other.get(key)) === 'x');
      const between = [...order];
      await end();
      await Promise.all(answers);
      return [between, order, redis.status];
    },
    [[], ['0', '1'], 'ready'],
  ],
  [
    'redis-slow-reply: a command that times out fails once and is applied, and its late reply is ignored',
    async (target) => {
      const redis = await ready(target.client({ commandTimeout: 100 }));
      const other = await ready(target.other());
      const key = target.name('key');
      const end = await target.inject('redis-slow-reply');
      const outcome = await tell(redis.set(key, 'x'));
      const applied = await other.get(key);
      await end();
      await until(target, async () => (await tell(redis.get(key))) === 'x');
      return [outcome, applied, redis.status];
    },
    ['Error: Command timed out', 'x', 'ready'],
  ],
  [
    'redis-stall: nothing is answered, nothing is notified, and afterwards everything arrives in order',
    (target) =>
      eachWay(target, 'redis-stall', async (inject) => {
        const redis = await ready(target.client());
        const key = target.name('key');
        await redis.del(key);
        const events = eventsOf(redis);
        const end = await inject();
        const order: string[] = [];
        const answers = ['a', 'b', 'c'].map((text) =>
          redis.call('append', key, text).then((length) => order.push(`${text} ${String(length)}`)),
        );
        await target.pause();
        const between = [order.length, redis.status];
        await end();
        await Promise.all(answers);
        return [between, order, await redis.get(key), events];
      }),
    [[0, 'ready'], ['a 1', 'b 2', 'c 3'], 'abc', []],
  ],
  [
    'redis-stall: a command that times out is applied after the stall',
    (target) =>
      eachWay(target, 'redis-stall', async (inject) => {
        const redis = await ready(target.client({ commandTimeout: 100 }));
        const key = target.name('key');
        await redis.del(key);
        const end = await inject();
        const outcome = await tell(redis.set(key, 'x'));
        await end();
        await until(target, async () => (await tell(redis.get(key))) === 'x');
        return [outcome, redis.status];
      }),
    ['Error: Command timed out', 'ready'],
  ],
  [
    'redis-drop: commands in flight fail, and a subscriber misses messages until it has subscribed again',
    async (target) => {
      const redis = await ready(target.client(PERSISTENT));
      // The client reconnects late enough to miss what is published until then.
      const subscriber = await ready(target.client({ retryStrategy: () => 500 }));
      const other = await ready(target.other());
      const channel = target.name('channel');
      const received = messagesOf(subscriber);
      await subscriber.subscribe(channel);
      const events = eventsOf(redis);
      const closed = new Promise((resolve) => subscriber.once('close', resolve));
      await target.inject('redis-drop');
      await closed;
      const receivers = await other.publish(channel, 'between');
      await until(target, async () => (await other.publish(channel, 'again')) === 1);
      await until(target, () => received.length > 0 && redis.status === 'ready');
      return [receivers, new Set(received).size, received[0], events];
    },
    [0, 1, 'again', RESET],
  ],
  [
    'redis-message-lost: the publisher counts a subscriber that receives nothing; the connection stays',
    async (target) => {
      const subscriber = await ready(target.client());
      const other = await ready(target.other());
      const channel = target.name('channel');
      const received = messagesOf(subscriber);
      const events = eventsOf(subscriber);
      await subscriber.subscribe(channel);
      await other.publish(channel, 'before');
      await until(target, () => received.length === 1);
      const end = await target.inject('redis-message-lost');
      const receivers = await other.publish(channel, 'unheard');
      const pong = await tell(subscriber.call('ping'));
      await target.pause();
      await end();
      await other.publish(channel, 'after');
      await until(target, () => received.length === 2);
      return [receivers, pong.length > 0, received, events];
    },
    [1, true, ['before', 'after'], []],
  ],
  ...(['redis-restart', 'redis-down', 'redis-restart-empty'] as const).map((kind): RedisFaultEntry => [
    `${kind}: connections end, new ones are refused, then the server is back ${kind === 'redis-restart-empty' ? 'without' : 'with'} its data`,
    async (target) => {
      const redis = await ready(target.client(PERSISTENT));
      const key = target.name('key');
      await redis.set(key, 'x');
      const events = eventsOf(redis);
      const end = await target.inject(kind);
      await until(target, () => events.filter((event) => event.startsWith('error connect ECONNREFUSED')).length >= 2);
      const between = [redis.status !== 'ready', await tell(redis.get(key))];
      await end();
      await until(target, () => redis.status === 'ready');
      return [between, events.slice(0, 2), events.slice(-2), await redis.get(key)];
    },
    [[true, NOT_CONNECTED], ENDED.slice(0, 2), ENDED.slice(-2), kind === 'redis-restart-empty' ? null : 'x'],
  ]),
  [
    'redis-failover: the last acknowledged writes and deletions are lost',
    async (target) => {
      const redis = await ready(target.client(PERSISTENT));
      const [key, deleted] = [target.name('key'), target.name('deleted')];
      await redis.set(key, 'old');
      await redis.set(deleted, 'x');
      const end = await target.inject('redis-failover');
      const outcome = [await tell(redis.set(key, 'new')), await tell(redis.del(deleted))];
      await until(target, () => redis.status !== 'ready');
      await end();
      await until(target, () => redis.status === 'ready');
      return [outcome, await redis.get(key), await redis.get(deleted)];
    },
    [['OK', '1'], 'old', 'x'],
  ],
];
