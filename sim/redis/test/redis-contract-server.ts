/** The contract of Redis: what the server says about its clients and what it has counted. */
import type { RedisClient } from '../../system/types.ts';
import { type Entry, ready, until } from './redis-contract.ts';

/** The fields of some sections of INFO. */
async function fieldsOf(redis: RedisClient, ...sections: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const text = String(await redis.call('info', ...sections));
  return new Map(
    text.split('\r\n').flatMap((line) => (line.includes(':') ? [line.split(':') as [string, string]] : [])),
  );
}

/** What was counted for commands, without the time that they took. */
async function countsOf(redis: RedisClient, ...commands: readonly string[]): Promise<readonly string[]> {
  const fields = await fieldsOf(redis, 'commandstats');
  return commands.map((name) =>
    (fields.get(`cmdstat_${name}`) ?? 'none').replace(/usec=\d+,usec_per_call=[\d.]+,/, '').replaceAll(/_calls/g, ''),
  );
}

const failing = (redis: RedisClient, ...words: readonly [string, ...string[]]): Promise<unknown> =>
  redis.call(...words).catch((error: Error) => error.message.split(' ', 1)[0]);

/** `name=value` of one line of CLIENT LIST. */
const parsed = (line: unknown): ReadonlyMap<string, string> =>
  new Map(
    String(line)
      .trim()
      .split(' ')
      .map((field) => field.split('=') as [string, string]),
  );

const picked = (line: unknown, ...names: readonly string[]): string =>
  names.map((name) => `${name}=${parsed(line).get(name)}`).join(' ');

export const SERVER_CONTRACT: readonly Entry[] = [
  [
    'INFO counts blocked clients',
    async (target) => {
      const [redis, waiting] = [await ready(target.client()), await ready(target.client())];
      const blocked = async (): Promise<number> => Number((await fieldsOf(redis, 'clients')).get('blocked_clients'));
      const before = await blocked();
      const popped = waiting.call('blpop', target.name('list'), '0');
      await until(target, async () => (await blocked()) === before + 1);
      await redis.rpush(target.name('list'), 'x');
      return [((await popped) as string[])[1], (await blocked()) - before];
    },
    ['x', 0],
  ],
  [
    'INFO counts calls, rejected and failed commands, and errors',
    async (target) => {
      const redis = await ready(target.client());
      const [key, list] = [target.name('key'), target.name('list')];
      await redis.call('config', 'resetstat');
      await redis.set(key, 'x');
      const errors = [
        await failing(redis, 'lpush', key, 'y'),
        await failing(redis, 'getset', key),
        await failing(redis, 'nosuch'),
        await failing(redis, 'client', 'getname'),
        await failing(redis, 'eval', 'return redis.call("append", KEYS[1], "z")', '1', key),
        await failing(
          redis,
          'eval',
          'redis.pcall("rpush", KEYS[1], 1) return redis.call("rpushx", KEYS[1], 1)',
          '1',
          key,
        ),
        await failing(redis, 'eval_ro', 'return nosuch', '0'),
        await failing(redis, 'eval_ro', 'return redis.call("decr", "x")', '0'),
        await redis
          .multi()
          .sadd(key, 'x')
          .strlen(key)
          .exec()
          .then(() => 'executed'),
        await redis.call('brpop', list, '0.01'),
      ];
      const names = [
        'set',
        'lpush',
        'getset',
        'client|getname',
        'eval',
        'append',
        'rpush',
        'rpushx',
        'eval_ro',
        'decr',
      ];
      const errorFields = await fieldsOf(redis, 'errorstats');
      const counted = await countsOf(redis, ...names, 'sadd', 'strlen', 'exec', 'brpop', 'info');
      const total = (await fieldsOf(redis, 'stats')).get('total_error_replies');
      return [errors, counted, [...errorFields], total];
    },
    [
      ['WRONGTYPE', 'ERR', 'ERR', null, 2, 'WRONGTYPE', 'ERR', 'ERR', 'executed', null],
      [
        'calls=1,rejected=0,failed=0',
        'calls=1,rejected=0,failed=1',
        'calls=0,rejected=1,failed=0',
        'calls=1,rejected=0,failed=0',
        'calls=2,rejected=0,failed=1',
        'calls=1,rejected=0,failed=0',
        'calls=1,rejected=0,failed=1',
        'calls=1,rejected=0,failed=1',
        'calls=2,rejected=0,failed=2',
        'calls=0,rejected=1,failed=0',
        'calls=1,rejected=0,failed=1',
        'calls=1,rejected=0,failed=0',
        'calls=1,rejected=0,failed=0',
        'calls=1,rejected=0,failed=0',
        'calls=1,rejected=0,failed=0',
      ],
      [
        ['errorstat_ERR', 'count=4'],
        ['errorstat_WRONGTYPE', 'count=4'],
      ],
      '8',
    ],
  ],
  [
    'INFO has the same sections by name, by default, and in all',
    async (target) => {
      const redis = await ready(target.client());
      const sectionsOf = async (...names: readonly string[]): Promise<string> =>
        [...String(await redis.call('info', ...names)).matchAll(/^# (\w+)/gm)].map(([, name]) => name).join(' ');
      return [
        await sectionsOf(),
        await sectionsOf('default'),
        await sectionsOf('all'),
        await sectionsOf('EVERYTHING'),
        await sectionsOf('cpu', 'default'),
        await sectionsOf('commandSTATS', 'cpu', 'nosuch'),
        await sectionsOf('nosuch'),
      ];
    },
    [
      'Server Clients Memory Persistence Stats Replication CPU Modules Errorstats Cluster Keyspace',
      'Server Clients Memory Persistence Stats Replication CPU Modules Errorstats Cluster Keyspace',
      'Server Clients Memory Persistence Stats Replication CPU Modules Commandstats Errorstats Latencystats Cluster Keyspace',
      'Server Clients Memory Persistence Stats Replication CPU Modules Commandstats Errorstats Latencystats Cluster Keyspace',
      'Server Clients Memory Persistence Stats Replication CPU Modules Errorstats Cluster Keyspace',
      'CPU Commandstats',
      '',
    ],
  ],
  [
    'INFO counts the scripts that the server knows',
    async (target) => {
      const redis = await ready(target.client());
      const known = async (): Promise<string | undefined> =>
        (await fieldsOf(redis, 'memory')).get('number_of_cached_scripts');
      await redis.call('script', 'flush');
      const before = await known();
      await redis.call('eval', 'return 1', '0');
      await redis.call('script', 'load', 'return 2');
      await redis.call('eval', 'return 1', '0');
      return [before, await known()];
    },
    ['0', '2'],
  ],
  [
    'INFO counts the keys of each database',
    async (target) => {
      const redis = await ready(target.client({ db: 11 }));
      const key = target.name('key');
      await redis.set(`${key}1`, 'x', 'PX', 60_000);
      await redis.set(`${key}2`, 'x');
      const counted = (await fieldsOf(redis, 'keyspace')).get('db11');
      await redis.del(`${key}1`, `${key}2`);
      return [counted?.replace(/,avg_ttl=\d+$/, ''), (await fieldsOf(redis, 'keyspace')).get('db11')];
    },
    ['keys=2,expires=1', undefined],
  ],
  [
    'CLIENT LIST and CLIENT INFO show what connections do',
    async (target) => {
      const [redis, subscriber] = [target.client(), target.client()];
      const [other, writer] = [target.client({ db: 3 }), target.client({ db: 3 })];
      await Promise.all([redis, subscriber, other, writer].map((client) => ready(client)));
      await redis.call('client', 'setname', 'listing');
      const [id, otherId] = [String(await redis.call('client', 'id')), String(await other.call('client', 'id'))];
      const subscriberId = String(await subscriber.call('client', 'id'));
      await subscriber.subscribe(target.name('channel'));
      await other.call('watch', target.name('key'));
      await other.call('multi');
      await other.call('get', 'x');
      await writer.set(target.name('key'), 'x');
      const info = await redis.call('client', 'info');
      const listed = String(await redis.call('client', 'list', 'ID', otherId, subscriberId, '0'))
        .trim()
        .split('\n');
      const own = String(await redis.call('client', 'list', 'id', id));
      return [
        [...parsed(info).keys()].join(' '),
        picked(info, 'name', 'flags', 'db', 'multi', 'qbuf', 'argv-mem', 'events', 'cmd', 'user', 'redir', 'resp'),
        picked(own, 'qbuf', 'argv-mem', 'cmd').replace(/=\d+/g, '=n'),
        listed.map((line) => picked(line, 'name', 'flags', 'db', 'sub', 'psub', 'ssub', 'multi', 'cmd')),
        parsed(listed[0]).get('id') === otherId,
        String(await redis.call('client', 'list', 'TYPE', 'pubsub')).includes(`id=${subscriberId} `),
        String(await redis.call('client', 'list', 'TYPE', 'normal')).includes(`id=${subscriberId} `),
      ];
    },
    [
      'id addr laddr fd name age idle flags db sub psub ssub multi qbuf qbuf-free argv-mem multi-mem rbs rbp obl oll omem tot-mem events cmd user redir resp',
      'name=listing flags=N db=0 multi=-1 qbuf=26 argv-mem=10 events=r cmd=client|info user=default redir=-1 resp=2',
      'qbuf=n argv-mem=n cmd=client|list',
      [
        'name= flags=xd db=3 sub=0 psub=0 ssub=0 multi=1 cmd=get',
        'name= flags=P db=0 sub=1 psub=0 ssub=0 multi=-1 cmd=subscribe',
      ],
      true,
      true,
      false,
    ],
  ],
];
