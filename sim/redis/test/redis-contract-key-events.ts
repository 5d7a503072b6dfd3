/** The contract of Redis: events of commands that were blocked, of keys that expire, and misses. */
import type { Redis } from 'ioredis';
import { type Entry, ready } from './redis-contract.ts';
import { DATABASE, listen, off } from './redis-contract-notifications.ts';
import { untilWaiting } from './redis-contract-waiting.ts';

export const KEY_EVENTS_CONTRACT: readonly Entry[] = [
  [
    'a blocked command publishes its events when it is served',
    async (target) => {
      const { redis, after } = await listen(target, 'EAn');
      const blocked = (await ready(target.client({ db: DATABASE }))) as unknown as Redis;
      const id = await blocked.client('ID');
      const [a, b, z, s] = ['a', 'b', 'z', 's'].map((key) => target.name(key)) as [string, string, string, string];
      await after('xgroup CREATE :s g $ MKSTREAM');
      const cases: readonly (readonly [wait: readonly string[], served: string])[] = [
        [['blpop', a, '0'], 'rpush :a 1 2'],
        [['brpoplpush', b, a, '0'], 'rpush :b 3'],
        [['blmove', b, b, 'LEFT', 'RIGHT', '0'], 'rpush :b 4'],
        [['blmpop', '0', '2', z, target.name('l'), 'LEFT', 'COUNT', '3'], 'rpush :l 1 2'],
        [['bzpopmin', z, '0'], 'zadd :z 1 m'],
        [['bzmpop', '0', '1', z, 'MAX'], 'zadd :z 1 m 2 n'],
        [['xread', 'BLOCK', '0', 'STREAMS', s, '$'], 'xadd :s 1-1 f v'],
        [['xreadgroup', 'GROUP', 'g', 'c', 'BLOCK', '0', 'STREAMS', s, '>'], 'xadd :s 1-2 f v'],
      ];
      const published: string[][] = [];
      for (const [[name = '', ...words], served] of cases) {
        // The stream has an entry for its group already, but not for what comes next.
        if (name === 'xreadgroup') await after('xgroup SETID :s g $');
        const reply = blocked.call(name, ...words);
        await untilWaiting(target, redis, id);
        published.push(await after(served));
        await reply;
      }
      await redis.flushdb();
      await off(redis);
      return published;
    },
    [
      ['new a', 'rpush a', 'lpop a'],
      ['new b', 'rpush b', 'lpush a', 'rpop b', 'del b'],
      ['new b', 'rpush b', 'rpush b', 'lpop b'],
      ['new l', 'rpush l', 'lpop l', 'del l'],
      ['new z', 'zadd z', 'zpopmin z', 'del z'],
      ['new z', 'zadd z', 'zpopmax z'],
      ['xadd s'],
      ['xadd s', 'xgroup-createconsumer s'],
    ],
  ],
  [
    'a key that has expired is published once, before the command that finds it',
    async (target) => {
      const { redis, after } = await listen(target, 'EAn');
      const published: string[][] = [];
      // Within a transaction, no key expires on its own.
      for (const command of [
        'set :a 2',
        'persist :a',
        'move :a 10',
        'rename :b :a',
        'copy :b :a',
        'del :a',
        'sunionstore :a :none',
        'sort :none STORE :a',
        'incr :a',
        'del :b :a',
        'mset :b 2 :a 3',
      ]) {
        await after('flushdb', 'set :b 1');
        const events = await after('multi', 'set :a 1 EXAT 1', command, 'exec');
        published.push(events.slice(3));
      }
      await redis.flushdb();
      await off(redis);
      return published;
    },
    [
      ['expired a', 'new a', 'set a'],
      ['expired a'],
      ['expired a'],
      ['expired a', 'new a', 'rename_from b', 'rename_to a'],
      ['expired a', 'new a', 'copy_to a'],
      ['expired a'],
      ['del a'],
      ['del a'],
      ['expired a', 'new a', 'incrby a'],
      ['del b', 'expired a'],
      ['set b', 'expired a', 'new a', 'set a'],
    ],
  ],
  [
    'SORT misses keys of its patterns, and XREAD those up to a wrong id once, and all of them twice',
    async (target) => {
      const { redis, after } = await listen(target, 'Em');
      await after('rpush :list 1 2', 'set :w1 x', 'xadd :stream 1-1 f v');
      const commands = [
        'sort :list BY :w* GET :g*->f GET # DESC',
        'sort_ro :list BY :none GET :none',
        'sort_ro :list BY :w* GET :g* ALPHA LIMIT 0 1',
        'xread STREAMS :a :stream :b 0 0 0',
        'xread STREAMS :a :b :c 0 wrong 0',
        'xread STREAMS :a :list :c 0 0 0',
        'xreadgroup GROUP g c STREAMS :stream :a > >',
        'memory USAGE :a',
        'geodist :a x y parsecs',
      ];
      const published: string[][] = [];
      for (const command of commands) published.push(await after(command));
      await redis.flushdb();
      await off(redis);
      return published;
    },
    [
      ['keymiss w2'],
      [],
      ['keymiss w2', 'keymiss g2'],
      ['keymiss a', 'keymiss b', 'keymiss a', 'keymiss b'],
      ['keymiss a', 'keymiss b'],
      ['keymiss a'],
      [],
      [],
      [],
    ],
  ],
];
