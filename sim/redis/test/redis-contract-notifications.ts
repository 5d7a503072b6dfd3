/** The contract of Redis: what commands publish about keys. */
import type { Redis } from 'ioredis';
import type { RedisClient } from '../../system/types.ts';
import { type Entry, ready, type RedisTarget, tell, until } from './redis-contract.ts';

const SETTING = 'notify-keyspace-events';

/** Database 9 is used by no other entry. */
export const DATABASE = 9;

interface Listener {
  readonly redis: Redis;
  /** Applies commands, written as words, and returns the events that they publish. */
  after(...commands: readonly string[]): Promise<string[]>;
}

/**
 * Turns notifications on, and listens to the events of keys that begin with the entry's own name,
 * which is left out of the events.
 */
export async function listen(target: RedisTarget, classes: string): Promise<Listener> {
  const [redis, subscriber] = [await ready(target.client({ db: DATABASE })), await ready(target.client())];
  const [prefix, end] = [target.name(''), target.name('end')];
  const events: string[] = [];
  subscriber.on('pmessage', (_pattern: string, channel: string, text: string) => {
    const [, kind = '', rest = ''] = /^__(key\w+)@9__:(.*)$/s.exec(channel) ?? [];
    if (channel === end) events.push('end');
    else if (kind === 'keyevent' && text.startsWith(prefix)) events.push(`${rest} ${text.slice(prefix.length)}`);
    else if (kind === 'keyspace' && rest.startsWith(prefix)) events.push(`${rest.slice(prefix.length)}: ${text}`);
  });
  await subscriber.psubscribe('__key*@9__:*', end);
  await redis.config('SET', SETTING, classes);
  const after = async (...commands: readonly string[]): Promise<string[]> => {
    for (const command of commands) {
      const [name = '', ...words] = command.split(' ');
      // Words that begin with a colon are keys.
      await redis
        .call(name, ...words.map((text) => (text.startsWith(':') ? prefix + text.slice(1) : text)))
        .catch(() => null);
    }
    await redis.publish(end, '');
    await until(target, () => events.includes('end'));
    return events.splice(0, events.indexOf('end') + 1).slice(0, -1);
  };
  return { redis: redis as unknown as Redis, after };
}

export async function off(redis: Redis): Promise<void> {
  await redis.config('SET', SETTING, '');
}

/** Commands with the events that they publish, in order. */
const EVENTS: readonly (readonly [command: string, ...events: readonly string[]])[] = [
  ['set :s 1', 'set s'],
  ['set :s 1 EX 100', 'set s', 'expire s'],
  ['set :s 2 NX'],
  ['setex :s 10 1', 'set s', 'expire s'],
  ['persist :s', 'persist s'],
  ['getset :s 2', 'set s'],
  ['getex :s EX 100', 'expire s'],
  ['getex :s PERSIST', 'persist s'],
  ['decr :s', 'incrby s'],
  ['incrbyfloat :s 0.5', 'incrbyfloat s'],
  ['append :s x', 'append s'],
  ['bitfield :fields OVERFLOW FAIL SET u1 7 2'],
  ['exists :fields'],
  ['bitfield :fields SET u1 7 1', 'setbit fields'],
  ['bitfield :fields OVERFLOW FAIL SET u1 7 1 INCRBY u1 7 1'],
  ['bitfield :fields OVERFLOW FAIL SET u1 70 2 SET u1 7 1', 'setbit fields'],
  ['setrange :s 1 y', 'setrange s'],
  ['setrange :s 1'],
  ['mset :m1 1 :m2 2', 'set m1', 'set m2'],
  ['msetnx :m1 1 :m3 2'],
  ['copy :s :copied', 'copy_to copied'],
  ['rename :copied :renamed', 'rename_from copied', 'rename_to renamed'],
  ['rename :renamed :renamed'],
  ['expire :renamed 100', 'expire renamed'],
  ['expire :renamed -1', 'del renamed'],
  ['expire :renamed 100'],
  ['getdel :s', 'del s'],
  ['del :m1 :nothing :m2', 'del m1', 'del m2'],
  ['hset :h a 1', 'hset h'],
  ['hsetnx :h a 1'],
  ['hincrby :h a 1', 'hincrby h'],
  ['hdel :h a', 'hdel h', 'del h'],
  ['rpush :l a b c d', 'rpush l'],
  ['lpushx :l z', 'lpush l'],
  ['lset :l 0 y', 'lset l'],
  ['linsert :l BEFORE a x', 'linsert l'],
  ['lrem :l 0 nothing'],
  ['lrem :l 0 x', 'lrem l'],
  ['ltrim :l 0 3', 'ltrim l'],
  ['lmove :l :l2 LEFT RIGHT', 'rpush l2', 'lpop l'],
  ['rpoplpush :l2 :l', 'lpush l', 'rpop l2', 'del l2'],
  ['lmpop 1 :l RIGHT COUNT 2', 'rpop l'],
  ['blpop :l 1', 'lpop l'],
  ['ltrim :l 5 9', 'ltrim l', 'del l'],
  ['sadd :set a b c', 'sadd set'],
  ['sadd :set a'],
  ['srem :set a', 'srem set'],
  ['smove :set :set2 b', 'srem set', 'sadd set2'],
  ['sinterstore :set2 :set :set2', 'del set2'],
  ['sunionstore :set2 :set', 'sunionstore set2'],
  ['sort :set ALPHA STORE :sorted', 'sortstore sorted'],
  ['spop :set', 'spop set', 'del set'],
  ['zadd :z 1 a 2 b 3 c', 'zadd z'],
  ['zadd :z 1 a'],
  ['zadd :z INCR 1 a', 'zincr z'],
  ['zincrby :z 1 a', 'zincr z'],
  ['zrem :z b', 'zrem z'],
  ['zrangestore :z2 :z 0 -1', 'zrangestore z2'],
  ['zinterstore :z3 1 :z', 'zinterstore z3'],
  ['zmpop 1 :z MAX', 'zpopmax z'],
  ['zremrangebyrank :z 0 -1', 'zremrangebyrank z', 'del z'],
  ['xadd :x 1-1 a 1', 'xadd x'],
  ['xadd :x MAXLEN 1 2-1 a 1', 'xadd x', 'xtrim x'],
  ['xgroup CREATE :x g 0', 'xgroup-create x'],
  ['xreadgroup GROUP g bob STREAMS :x >', 'xgroup-createconsumer x'],
  ['xreadgroup GROUP g ann STREAMS :x :x 0 2-1', 'xgroup-createconsumer x'],
  ['xclaim :x g eve 0 2-1', 'xgroup-createconsumer x'],
  ['xgroup SETID :x g 0', 'xgroup-setid x'],
  ['xgroup DELCONSUMER :x g eve', 'xgroup-delconsumer x'],
  ['xgroup DESTROY :x g', 'xgroup-destroy x'],
  ['xgroup DESTROY :x g'],
  ['xdel :x 2-1', 'xdel x'],
  ['xsetid :x 9-1', 'xsetid x'],
];

export const NOTIFICATIONS_CONTRACT: readonly Entry[] = [
  [
    'every command publishes its events in order',
    async (target) => {
      const { redis, after } = await listen(target, 'EA');
      const published: string[][] = [];
      for (const [command] of EVENTS) published.push([command, ...(await after(command))]);
      await redis.flushdb();
      await off(redis);
      return published;
    },
    EVENTS,
  ],
  [
    'a key that no command looks at expires with an event',
    async (target) => {
      const { redis, after } = await listen(target, 'Ex');
      const first = await after('set :presence online PX 30', 'set :other 1');
      let events: string[] = [];
      await until(target, async () => (events = events.concat(await after())).length > 0);
      await after('del :other');
      await off(redis);
      return [first, events];
    },
    [[], ['expired presence']],
  ],
  [
    'a key that is renewed does not expire',
    async (target) => {
      const { redis, after } = await listen(target, 'Kx');
      const events = await after('set :presence online PX 60', 'set :presence online PX 60000', 'set :other 1 PX 150');
      await until(target, async () => (events.push(...(await after())), events.length > 0));
      await after('del :presence');
      await off(redis);
      return events;
    },
    ['other: expired'],
  ],
  [
    'scripts and transactions publish events, new keys and misses have their classes',
    async (target) => {
      const { redis, after } = await listen(target, 'KE$nm');
      const text = "redis.call('set',KEYS[1],'1')redis.call('append',KEYS[1],'2')";
      const published = [
        await after(`eval ${text.replaceAll(' ', '')} 1 :a`),
        await after('multi', 'set :a 1', 'del :a', 'set :a 1', 'exec'),
        await after('get :nothing', 'get :a', 'ttl :nothing'),
      ];
      await redis.flushdb();
      await off(redis);
      return published;
    },
    [
      ['a: new', 'new a', 'a: set', 'set a', 'a: append', 'append a'],
      ['a: set', 'set a', 'a: new', 'new a', 'a: set', 'set a'],
      ['nothing: keymiss', 'keymiss nothing', 'nothing: keymiss', 'keymiss nothing'],
    ],
  ],
  [
    'a key that another one replaces is new',
    async (target) => {
      const { redis, after } = await listen(target, 'Egn');
      await after('set :a 1', 'set :b 2', 'set :c 3');
      const published = [await after('rename :a :b'), await after('copy :b :c REPLACE'), await after('copy :b :c')];
      await redis.flushdb();
      await off(redis);
      return published;
    },
    [['new b', 'rename_from a', 'rename_to b'], ['new c', 'copy_to c'], []],
  ],
  [
    'a command misses keys up to the first one of another type',
    async (target) => {
      const { redis, after } = await listen(target, 'Em');
      await after('hset :hash f 1', 'set :text x', 'sadd :set a');
      const commands = [
        'sunion :a :hash :b',
        'sinterstore :to :a :set :b :hash',
        'pfmerge :a :text :b',
        'pfcount :text :a',
        'bitop AND :to :a :text :hash :b',
        'zinter 2 :text :a',
        'zdiff 3 :a :set :hash',
      ];
      const published: string[][] = [];
      for (const command of commands) published.push(await after(command));
      await redis.flushdb();
      await off(redis);
      return published;
    },
    [['keymiss a'], ['keymiss a', 'keymiss b'], ['keymiss a'], [], ['keymiss a'], [], ['keymiss a']],
  ],
  [
    'the setting is sorted, and refuses unknown classes',
    async (target) => {
      const redis = (await ready(target.client())) as RedisClient & Redis;
      const shown: unknown[] = [];
      for (const classes of ['xKE', 'KEA', 'g$lshzxetdKE', 'KEAnm', 'mnK', 'A']) {
        await redis.config('SET', SETTING, classes);
        shown.push(((await redis.config('GET', SETTING)) as string[])[1]);
      }
      const refused = await tell(redis.config('SET', SETTING, 'Kq'));
      const kept = await redis.config('GET', SETTING);
      await off(redis);
      return [shown, refused, kept, await redis.config('GET', SETTING)];
    },
    [
      ['xKE', 'AKE', 'AKE', 'AKEm', 'nKm', 'A'],
      "ReplyError: ERR CONFIG SET failed (possibly related to argument 'notify-keyspace-events') - Invalid event class character. Use 'Ag$lshzxeKEtmdn'.",
      [SETTING, 'A'],
      [SETTING, ''],
    ],
  ],
];
