/**
 * The contract of Redis: how clients are called. Forms of arguments, callbacks, bytes, prefixes,
 * streams.
 */
import { type Entry, ready, tell, until } from './redis-contract.ts';

export const CLIENT_CONTRACT: readonly Entry[] = [
  [
    'arguments have many forms',
    async (target) => {
      const redis = await ready(target.client());
      const [hash, list, one, two] = [target.name('hash'), target.name('list'), target.name('one'), target.name('two')];
      return [
        await redis.hset(hash, { a: 1, b: 'x' }),
        await redis.hset(hash, new Map([['c', '3']])),
        await redis.hset(hash, 'd', 4, 'e', 5),
        await redis.hmset(hash, { f: 6 }),
        await redis.hgetall(hash),
        await redis.rpush(list, ...['a', 'b'], 3),
        await redis.call('rpush', list, [4, 5] as unknown as string),
        await redis.lrange(list, 0, -1),
        await redis.mset({ [one]: 1, [two]: 'two' }),
        await redis.mset(new Map([[one, 'map']])),
        await redis.mget([one, two]),
        await redis.mget(one, target.name('none')),
        await redis.set(one, 'v', 'EX', 100, 'NX'),
        await redis.set(one, 'v', 'EX', 100),
        await redis.set(one, null as unknown as string),
        await redis.get(one),
        await redis.set(one, true as unknown as string),
        await redis.get(one),
        await redis.del([one, two]),
        (await redis.exists(one)) + (await redis.exists(hash)),
      ];
    },
    [
      2,
      1,
      2,
      'OK',
      { a: '1', b: 'x', c: '3', d: '4', e: '5', f: '6' },
      3,
      5,
      ['a', 'b', '3', '4', '5'],
      'OK',
      'OK',
      ['map', 'two'],
      ['map', null],
      null,
      'OK',
      'OK',
      '',
      'OK',
      'true',
      2,
      1,
    ],
  ],
  [
    'callbacks receive results and errors',
    async (target) => {
      const redis = await ready(target.client());
      const [key, received] = [target.name('key'), [] as unknown[]];
      await redis.set(key, 'v', (error, value) => received.push(error, value));
      await redis.get(key, (error, value) => received.push(error, value));
      await redis
        .lpush(key, 'x', (error, value) => received.push((error as Error | null)?.message.split(' ')[0], value))
        .catch(() => undefined);
      return received;
    },
    [null, 'OK', null, 'v', 'WRONGTYPE', undefined],
  ],
  [
    'buffers keep their bytes',
    async (target) => {
      const redis = await ready(target.client());
      const [key, hash] = [target.name('key'), target.name('hash')];
      const bytes = Buffer.from([0, 255, 254, 13, 10, 65]);
      const hex = (value: unknown) => (Buffer.isBuffer(value) ? value.toString('hex') : value);
      await redis.set(key, bytes);
      await redis.hset(hash, Buffer.from('field'), bytes);
      await redis.append(key, Buffer.from('é'));
      return [
        hex(await redis.getBuffer(key)),
        await redis.strlen(key),
        hex(await redis.getBuffer(target.name('none'))),
        (await redis.hmgetBuffer(hash, 'field', 'none')).map(hex),
        hex(Object.values(await redis.hgetallBuffer(hash))[0]),
        await redis.get(Buffer.from(key)).then((text) => text?.length),
        (await redis.set(key, 'é'), hex(await redis.getBuffer(key))),
      ];
    },
    ['00fffe0d0a41c3a9', 8, null, ['00fffe0d0a41', null], '00fffe0d0a41', 7, 'c3a9'],
  ],
  [
    'keyPrefix applies to keys',
    async (target) => {
      const prefix = target.name('prefix:');
      const redis = await ready(target.client({ keyPrefix: prefix }));
      const plain = await ready(target.client());
      await redis.mset('a', '1', 'b', '2');
      const pattern = await redis.keys(`${prefix.replaceAll(/[[\]]/g, '?')}*`);
      return [
        await plain.get(`${prefix}a`),
        await redis.mget('a', 'b'),
        pattern.map((key) => key.slice(prefix.length)).sort(),
        await redis.eval('return KEYS[1]', 1, 'a').then((key) => key === `${prefix}a`),
        await redis.multi().incr('a').get('a').exec(),
        await redis.publish('channel', 'x'),
        await redis.del('a', 'b'),
        redis.duplicate({ lazyConnect: true }).options.keyPrefix === prefix,
      ];
    },
    [
      '1',
      ['1', '2'],
      ['a', 'b'],
      true,
      [
        [null, 2],
        [null, '2'],
      ],
      0,
      2,
      true,
    ],
  ],
  [
    'scan streams return everything',
    async (target) => {
      const redis = await ready(target.client());
      const [set, hash, base] = [target.name('set'), target.name('hash'), target.name('base')];
      await redis.sadd(set, ...Array.from({ length: 50 }, (_, index) => `m${index}`));
      await redis.hset(hash, { a: 1, b: 2 });
      await redis.mset({ [`${base}1`]: 1, [`${base}2`]: 2 });
      const all = async (stream: NodeJS.ReadableStream): Promise<string[]> => {
        const found: string[] = [];
        stream.on('data', (some: string[]) => found.push(...some));
        await new Promise((resolve) => stream.on('end', resolve));
        return found;
      };
      const keys = await all(redis.scanStream({ match: `${base.replaceAll(/[[\]]/g, '?')}*`, count: 1000 }));
      return [
        new Set(await all(redis.sscanStream(set, { count: 7 }))).size,
        (await all(redis.hscanStream(hash))).sort(),
        keys.map((key) => key.slice(base.length)).sort(),
        (await redis.sscan(set, 0, 'MATCH', 'm4?', 'COUNT', 1000))[1].length,
      ];
    },
    [50, ['1', '2', 'a', 'b'], ['1', '2'], 10],
  ],
  [
    'duplicate creates a client with the same options',
    async (target) => {
      const redis = await ready(target.client({ keyPrefix: 'p:', connectionName: 'worker' }));
      const other = redis.duplicate({ connectionName: 'other' });
      other.on('error', () => undefined);
      await ready(other);
      const names = [await redis.client('GETNAME'), await other.client('GETNAME')];
      const options = [other.options.keyPrefix, other.options.maxRetriesPerRequest, redis.isCluster];
      await other.quit();
      return [...names, ...options, (await redis.client('ID')) > 0];
    },
    ['worker', 'other', 'p:', 0, false, true],
  ],
  [
    'select changes the database',
    async (target) => {
      const [zero, three] = [await ready(target.client()), await ready(target.client({ db: 3 }))];
      const [key, selected] = [target.name('key'), [] as number[]];
      three.on('select', (database: number) => selected.push(database));
      await three.set(key, 'three');
      const answers = [await zero.get(key), await three.get(key), await three.select(0), await three.get(key)];
      await zero.set(key, 'zero');
      const moved = [
        await three.get(key),
        await tell(three.select(99)),
        await tell(three.select('x' as unknown as number)),
      ];
      await three.select(3);
      await three.del(key);
      return [answers, moved, selected];
    },
    [
      [null, 'three', 'OK', null],
      ['zero', 'ReplyError: ERR DB index is out of range', 'ReplyError: ERR value is not an integer or out of range'],
      [0, 99, 3],
    ],
  ],
  [
    'errors carry their commands',
    async (target) => {
      const redis = await ready(target.client());
      const key = target.name('key');
      await redis.set(key, 'x');
      const error = await redis
        .incr(key)
        .catch((reason: Error & { command?: { name: string; args: string[] } }) => reason);
      if (typeof error === 'number') return 'no error';
      return [error.name, error.message, error.command?.name, error.command?.args.length];
    },
    ['ReplyError', 'ERR value is not an integer or out of range', 'incr', 1],
  ],
  [
    'INFO, CONFIG and the like describe the server',
    async (target) => {
      const redis = await ready(target.client());
      const [all, persistence] = [await redis.info(), await redis.info('persistence')];
      const [seconds = '', microseconds = ''] = (await redis.time()).map(String);
      return [
        /^redis_version:\d+\.\d+\.\d+\r$/m.test(all),
        /^role:master\r$/m.test(all),
        /^loading:0\r$/m.test(persistence),
        persistence.includes('redis_version'),
        /^\d{10}$/.test(seconds) && Number(microseconds) < 1_000_000,
      ];
    },
    [true, true, true, false, true],
  ],
  [
    'listeners are called once, and are listed by name',
    async (target) => {
      const redis = target.client();
      const received: string[] = [];
      redis.once('ready', () => received.push('once'));
      redis.on('ready', () => received.push('on'));
      redis.prependListener('ready', () => received.push('first'));
      await ready(redis);
      await until(target, () => received.length === 3);
      redis.removeAllListeners('ready');
      return [received, redis.listenerCount('ready'), redis.emit('nothing')];
    },
    [['first', 'once', 'on'], 0, false],
  ],
];
