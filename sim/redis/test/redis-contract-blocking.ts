/** The contract of Redis: which blocked command a change serves, in which order, and with what. */
import type { Redis } from 'ioredis';
import { type Entry, ready, type RedisTarget, tell } from './redis-contract.ts';
import { untilWaiting } from './redis-contract-waiting.ts';

interface Waiting {
  readonly producer: Redis;
  /** Sends a command on a separate connection. Resolves when the server has blocked it. */
  wait(...command: readonly [name: string, ...parameters: (string | number)[]]): Promise<Answer>;
}

interface Answer {
  /** The reply or the error, when it arrives. */
  readonly reply: Promise<unknown>;
}

async function waiting(target: RedisTarget): Promise<Waiting> {
  const producer = await ready(target.client());
  return {
    producer,
    wait: async (name, ...parameters) => {
      const worker = await ready(target.client());
      const id = await worker.client('ID');
      const reply = worker.call(name, ...parameters).catch(String);
      await untilWaiting(target, producer, id);
      return { reply };
    },
  };
}

export const BLOCKING_CONTRACT: readonly Entry[] = [
  [
    'a wait ends with an error when its destination has another type',
    async (target) => {
      const { producer, wait } = await waiting(target);
      const [from, to] = [target.name('from'), target.name('to')];
      const moves = [await wait('brpoplpush', from, to, 0), await wait('blmove', from, to, 'LEFT', 'LEFT', 0)];
      await producer.set(to, 'a string');
      await producer.rpush(from, 'x');
      const errors = await Promise.all(moves.map(({ reply }) => reply));
      return [errors, await producer.lrange(from, 0, -1)];
    },
    [
      Array.from({ length: 2 }, () => 'ReplyError: WRONGTYPE Operation against a key holding the wrong kind of value'),
      ['x'],
    ],
  ],
  [
    'a consumer that waits receives an error when its group or stream is gone',
    async (target) => {
      const { producer, wait } = await waiting(target);
      const ends: readonly ((stream: string) => Promise<unknown>)[] = [
        (stream) => producer.xgroup('DESTROY', stream, 'g'),
        (stream) => producer.del(stream),
        (stream) => producer.set(stream, 'a string'),
        (stream) => producer.multi().del(stream).sadd(stream, 'a set').exec(),
        (stream) => producer.rename(stream, `${stream}-2`),
        (stream) => producer.pexpire(stream, 0),
        (stream) => producer.swapdb(0, 9).then(() => producer.swapdb(0, 9).then(() => producer.del(stream))),
        (stream) => producer.multi().del(stream).xadd(stream, '1-1', 'a', 'b').exec(),
      ];
      const errors: unknown[] = [];
      for (const [index, end] of ends.entries()) {
        const stream = target.name(`stream-${index}`);
        await producer.xgroup('CREATE', stream, 'g', '$', 'MKSTREAM');
        const { reply } = await wait('xreadgroup', 'GROUP', 'g', 'me', 'BLOCK', 0, 'STREAMS', stream, '>');
        await end(stream);
        errors.push(await reply);
      }
      return errors;
    },
    [
      'ReplyError: NOGROUP the consumer group this client was blocked on no longer exists',
      ...Array.from({ length: 6 }, () => 'ReplyError: UNBLOCKED the stream key no longer exists'),
      'ReplyError: NOGROUP the consumer group this client was blocked on no longer exists',
    ],
  ],
  [
    'keys serve waiting clients in the order in which they became ready',
    async (target) => {
      const { producer, wait } = await waiting(target);
      const [one, other] = [target.name('one'), target.name('other')];
      const lists = [await wait('blpop', one, other, 0), await wait('blpop', one, 0), await wait('blpop', other, 0)];
      await producer.multi().rpush(other, 'x').rpush(one, 'y').rpush(other, 'z').exec();
      const popped = await Promise.all(lists.map(({ reply }) => reply));
      const [low, high] = [target.name('low'), target.name('high')];
      const scores = [await wait('bzpopmin', low, high, 0), await wait('bzmpop', 0, 2, low, high, 'MAX', 'COUNT', 5)];
      await producer.eval(
        "redis.call('zadd', KEYS[2], 1, 'a', 2, 'b', 3, 'c') redis.call('zadd', KEYS[1], 9, 'd')",
        2,
        low,
        high,
      );
      const ranked = await Promise.all(scores.map(({ reply }) => reply));
      const short = (value: unknown): unknown =>
        JSON.parse(JSON.stringify(value).replaceAll(/"[^"]*:(one|other|low|high)"/g, '"$1"'));
      return [short(popped), short(ranked), await producer.zrange(low, 0, -1)];
    },
    [
      [
        ['other', 'x'],
        ['one', 'y'],
        ['other', 'z'],
      ],
      [
        ['high', 'a', '1'],
        [
          'high',
          [
            ['c', '3'],
            ['b', '2'],
          ],
        ],
      ],
      ['d'],
    ],
  ],
  [
    'serving a client makes the key of the next one ready',
    async (target) => {
      const { producer, wait } = await waiting(target);
      const [first, second, third] = [target.name('1'), target.name('2'), target.name('3')];
      const last = await wait('blpop', third, 0);
      const moves = [
        await wait('blmove', second, third, 'LEFT', 'RIGHT', 0),
        await wait('blmove', first, second, 'LEFT', 'RIGHT', 0),
      ];
      await producer.rpush(first, 'x', 'y');
      const popped = (await last.reply) as string[];
      const moved = await Promise.all(moves.map(({ reply }) => reply));
      return [moved, popped[1], await producer.lrange(first, 0, -1), await producer.exists(second, third)];
    },
    [['x', 'x'], 'x', ['y'], 0],
  ],
  [
    'commands behind a wait are read after all waiting clients are served',
    async (target) => {
      const { producer, wait } = await waiting(target);
      const queue = target.name('queue');
      const worker = await ready(target.client());
      const id = await worker.client('ID');
      const popped = worker.blpop(queue, 0).then((pair) => pair?.[1]);
      const behind = worker.lpush(queue, 'behind');
      await untilWaiting(target, producer, id);
      const other = await wait('blpop', queue, 0);
      await producer.rpush(queue, 'a', 'b');
      return [await popped, ((await other.reply) as string[])[1], await behind];
    },
    ['a', 'b', 1],
  ],
  [
    'a wait for a stream ends with the entries of the stream that became ready',
    async (target) => {
      const { producer, wait } = await waiting(target);
      const [one, other] = [target.name('one'), target.name('other')];
      const { reply } = await wait('xread', 'BLOCK', 0, 'STREAMS', one, other, '$', '5');
      await producer
        .multi()
        .xadd(other, '3-1', 'too', 'old')
        .xadd(one, '7-1', 'a', 'b')
        .xadd(other, '6-1', 'c', 'd')
        .exec();
      const entries = ((await reply) as [string, unknown][]).map(([, found]) => found);
      const deleted = await wait('xread', 'BLOCK', 0, 'STREAMS', one, '$');
      await producer.multi().xadd(one, '8-1', 'a', 'b').xdel(one, '8-1').exec();
      return [entries, ((await deleted.reply) as [string, unknown][]).map(([, found]) => found)];
    },
    [[[['6-1', ['c', 'd']]]], [[]]],
  ],
  [
    'only a change aborts a transaction',
    async (target) => {
      const redis = await ready(target.client());
      const other = await ready(target.client());
      const [a, b, text, stream] = [target.name('a'), target.name('b'), target.name('text'), target.name('stream')];
      await other.sadd(a, 'x', 'y');
      await other.sadd(b, 'x');
      await other.set(text, 'abc');
      await other.xadd(stream, '1-1', 'a', 'b');
      const changes: readonly (readonly [name: string, ...parameters: string[]])[] = [
        ['smove', a, b, 'none'],
        ['smove', a, a, 'x'],
        ['setrange', text, '0', ''],
        ['setbit', text, '1', '1'],
        ['persist', text],
        ['getex', text],
        ['expire', text, '100', 'XX'],
        ['xgroup', 'CREATE', stream, 'g', '0'],
        ['xreadgroup', 'GROUP', 'g', 'me', 'STREAMS', stream, '>'],
        ['sunionstore', target.name('none'), target.name('nothing')],
        ['lpush', text, 'x'],
        ['setrange', text, '0', 'a'],
        ['append', text, ''],
        ['smove', a, b, 'x'],
      ];
      const outcomes: string[] = [];
      for (const [name, ...parameters] of changes) {
        await redis.watch(a, text, stream, target.name('none'));
        await tell(other.call(name, ...parameters));
        outcomes.push(`${name}: ${(await redis.multi().ping().exec()) === null ? 'aborted' : 'applied'}`);
      }
      return outcomes;
    },
    [
      ...['smove', 'smove', 'setrange', 'setbit', 'persist', 'getex', 'expire', 'xgroup', 'xreadgroup', 'sunionstore']
        .concat('lpush')
        .map((name) => `${name}: applied`),
      ...['setrange', 'append', 'smove'].map((name) => `${name}: aborted`),
    ],
  ],
];
