/** The contract of the faults of Redis that last until a client reconnects. */
import { ENDED, NOT_CONNECTED } from './ioredis-outcomes.ts';
import { eventsOf, messagesOf, PERSISTENT, ready, type RedisFaultEntry, tell, until } from './redis-fault-target.ts';

const READONLY = "ReplyError: READONLY You can't write against a read only replica.";
const WRITE = "return redis.call('set', KEYS[1], 'y')";
const WRITE_SHA = '0f0cd1f123974e57d02325558022f7c59be8792c';

/** Number of commands by which a client would have recovered, if it ever did. */
const TRIES = 20;

const reconnects = (to: true | 2) => ({
  ...PERSISTENT,
  reconnectOnError: (error: Error) => (error.message.startsWith('READONLY') ? to : false),
});

export const PERMANENT_FAULTS_CONTRACT: readonly RedisFaultEntry[] = [
  [
    'redis-demoted: reads are answered and writes refused, in scripts and transactions too, until the client reconnects',
    async (target) => {
      const redis = await ready(target.client(PERSISTENT));
      const key = target.name('key');
      await redis.set(key, 'old');
      const call = (...parts: string[]) => tell(redis.call(...(parts as [string])));
      await call('multi');
      await call('set', key, 'x');
      const events = eventsOf(redis);
      await target.inject('redis-demoted');
      const queued = await call('exec');
      const master = await ready(target.client());
      const written = [await tell(master.set(key, 'new')), await tell(master.call('evalsha', WRITE_SHA, 1, key))];
      await until(target, async () => (await redis.get(key)) === 'new');
      const transaction = [];
      for (const parts of [['multi'], ['set', key, 'x'], ['get', key], ['exec']])
        transaction.push(await call(...parts));
      const reading = [];
      for (const parts of [['multi'], ['get', key], ['exec']]) reading.push(await call(...parts));
      const outcome = [
        await call('set', key, 'x'),
        await call('getex', key),
        await call('xgroup', 'create', key, 'g', '$'),
        await call('eval', WRITE, '1', key),
        await call('eval', "return redis.pcall('del', KEYS[1])['err']", '1', key),
        await call('eval', "return redis.call('get', KEYS[1])", '1', key),
        await call('eval', "#!lua\nreturn redis.call('get', KEYS[1])", '1', key),
        await call('eval', "#!lua flags=no-writes\nreturn redis.call('get', KEYS[1])", '1', key),
        (await call('wait', '0', '1')).slice(0, 45),
      ];
      const role = [
        String(await redis.call('role')).split(',')[0],
        (await redis.info('replication')).includes('role:slave'),
      ];
      const between = [...events];
      redis.disconnect(true);
      await until(target, () => redis.status === 'ready' && events.length > 0);
      return {
        queued,
        written,
        transaction,
        reading,
        outcome,
        role,
        between,
        events,
        after: await call('set', key, 'z'),
      };
    },
    {
      queued: `ReplyError: EXECABORT Transaction discarded because of: ${READONLY.slice(12)}`,
      written: ['OK', 'ReplyError: NOSCRIPT No matching script. Please use EVAL.'],
      transaction: [
        'OK',
        READONLY,
        'QUEUED',
        'ReplyError: EXECABORT Transaction discarded because of previous errors.',
      ],
      reading: ['OK', 'QUEUED', 'new'],
      outcome: [
        READONLY,
        READONLY,
        READONLY,
        `${READONLY} script: ${WRITE_SHA}, on @user_script:1.`,
        READONLY.slice(12),
        'new',
        READONLY,
        'new',
        'ReplyError: ERR WAIT cannot be used with repl',
      ],
      role: ['slave', true],
      between: [],
      events: ENDED,
      after: 'OK',
    },
  ],
  [
    'redis-demoted: a client recovers with reconnectOnError, and never without',
    async (target) => {
      const key = target.name('key');
      const clients = [];
      for (const options of [PERSISTENT, reconnects(true), reconnects(2)])
        clients.push(await ready(target.client(options)));
      await target.inject('redis-demoted');
      return Promise.all(
        clients.map(async (redis) => {
          const events = eventsOf(redis);
          const first = await tell(redis.set(key, 'x'));
          let last = '';
          for (let count = 0; count < TRIES && last !== 'OK'; count += 1) {
            await target.pause();
            if (redis.status === 'ready') last = await tell(redis.set(key, 'x'));
          }
          return [first, last, events];
        }),
      );
    },
    [
      [READONLY, READONLY, []],
      [READONLY, 'OK', ENDED],
      // The command is sent again at once, before there is a connection, and nothing is queued.
      [NOT_CONNECTED, 'OK', ENDED],
    ],
  ],
  [
    'redis-demoted: a blocked command fails, and its connection ends',
    async (target) => {
      const redis = await ready(target.client(PERSISTENT));
      const reader = await ready(target.client(PERSISTENT));
      const events = eventsOf(redis);
      const answers = [
        tell(redis.call('blpop', target.name('list'), 0)),
        tell(reader.call('xread', 'block', 0, 'streams', target.name('stream'), '$')),
      ];
      await target.pause();
      await target.inject('redis-demoted');
      const outcome = await Promise.all(answers);
      await until(target, () => redis.status === 'ready' && events.length > 0);
      return [outcome, events];
    },
    [
      Array.from(
        { length: 2 },
        () =>
          'ReplyError: UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)',
      ),
      ENDED,
    ],
  ],
  [
    'redis-demoted: messages of the new master reach all subscribers, those of the former one its own',
    async (target) => {
      const [subscriber, publisher] = [await ready(target.client()), await ready(target.client())];
      const channel = target.name('channel');
      const former = messagesOf(subscriber);
      await subscriber.subscribe(channel);
      await target.inject('redis-demoted');
      const [newSubscriber, newPublisher] = [await ready(target.client()), await ready(target.client())];
      const current = messagesOf(newSubscriber);
      await newSubscriber.subscribe(channel);
      const counts = [await publisher.publish(channel, 'former'), await newPublisher.publish(channel, 'new')];
      const subscribers = [await publisher.call('pubsub', 'numsub', channel)];
      await until(target, () => former.length === 2 && current.length === 1);
      return [counts, subscribers.map((reply) => (reply as unknown[])[1]), former, current];
    },
    [[1, 1], [1], ['former', 'new'], ['new']],
  ],
  [
    'redis-demoted: a demoted subscriber is notified of keys, and an expiry is a deletion there',
    async (target) => {
      const [subscriber, admin] = [await ready(target.client()), await ready(target.client())];
      const [key, expiring] = [target.name('key'), target.name('expiring')];
      await admin.call('config', 'set', 'notify-keyspace-events', 'KEA');
      const former = messagesOf(subscriber);
      for (const event of ['set', 'expired', 'del']) await subscriber.subscribe(`__keyevent@0__:${event}`);
      await target.inject('redis-demoted');
      const [newSubscriber, master] = [await ready(target.client()), await ready(target.client())];
      const current = messagesOf(newSubscriber);
      await newSubscriber.subscribe('__keyevent@0__:expired', '__keyevent@0__:del');
      await master.set(key, 'x');
      await master.set(expiring, 'x', 'PX', 50);
      await until(target, () => former.length === 3 && current.length === 1);
      const events = [[...former], [...current]];
      await admin.call('config', 'set', 'notify-keyspace-events', '');
      return events.map((names) => names.map((name) => name.split('-')[0]));
    },
    [['key', 'expiring', 'expiring'], ['expiring']],
  ],
  [
    'redis-subscriber-deaf: the server has dropped the connection, the client is not notified, and nothing is answered',
    async (target) => {
      // Long for a busy machine: whatever connects sends commands, which must not time out.
      const options = { ...PERSISTENT, commandTimeout: 500, disconnectTimeout: 100 };
      const subscriber = await ready(target.client(options));
      const redis = await ready(target.client());
      const channel = target.name('channel');
      const received = messagesOf(subscriber);
      const events = eventsOf(subscriber);
      await subscriber.subscribe(channel);
      await redis.publish(channel, 'before');
      await until(target, () => received.length === 1);
      await target.inject('redis-subscriber-deaf');
      await until(target, async () => (await redis.publish(channel, 'unheard')) === 0);
      const answers = await Promise.all([tell(subscriber.call('ping')), tell(subscriber.unsubscribe(channel))]);
      const outcome = [...answers, subscriber.status];
      const between = [...events];
      subscriber.disconnect(true);
      await until(target, async () => (await redis.publish(channel, 'after')) === 1);
      await until(target, () => received.length > 1);
      return [outcome, between, events, received[1]];
    },
    [['Error: Command timed out', 'Error: Command timed out', 'ready'], [], ENDED, 'after'],
  ],
];
