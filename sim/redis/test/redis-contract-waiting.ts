/** The contract of Redis: blocking commands, and streams with their consumers. */
import type { Redis } from 'ioredis';
import { CLOSED, type Entry, NO_RETRIES, ready, type RedisTarget, tell, until } from './redis-contract.ts';

/** Resolves when the server lists the clients with these numbers as blocked. */
export async function untilWaiting(target: RedisTarget, observer: Redis, ...ids: readonly number[]): Promise<void> {
  await until(target, async () => {
    const list = String(await observer.client('LIST'));
    return ids.every((id) => new RegExp(`^id=${id} .*flags=\\w*b`, 'm').test(list));
  });
}

export const WAITING_CONTRACT: readonly Entry[] = [
  [
    'a push ends the wait for a list',
    async (target) => {
      const [worker, producer] = [await ready(target.client()), await ready(target.client())];
      const [queue, other] = [target.name('queue'), target.name('other')];
      const id = await worker.client('ID');
      const waited = worker.blpop(other, queue, 0);
      const behind = worker.rpush(queue, 'behind');
      await untilWaiting(target, producer, id);
      const length = await producer.rpush(queue, 'a', 'b');
      const popped = await waited;
      return [popped?.[0] === queue, popped?.[1], length, await behind, await producer.lrange(queue, 0, -1)];
    },
    [true, 'a', 2, 2, ['b', 'behind']],
  ],
  [
    'blocked clients are served in order, and one push serves as many as it can',
    async (target) => {
      const workers = [await ready(target.client()), await ready(target.client()), await ready(target.client())];
      const producer = await ready(target.client());
      const queue = target.name('queue');
      const waited: Promise<unknown>[] = [];
      for (const worker of workers) {
        const id = await worker.client('ID');
        waited.push(worker.brpop(queue, 0).then((popped) => popped?.[1]));
        await untilWaiting(target, producer, id);
      }
      await producer.rpush(queue, '1', '2');
      const first = await Promise.all(waited.slice(0, 2));
      await producer.rpush(queue, '3');
      return [first, await waited[2], await producer.exists(queue)];
    },
    [['2', '1'], '3', 0],
  ],
  [
    'a blocking command returns null after its timeout',
    async (target) => {
      const redis = await ready(target.client());
      const none = target.name('none');
      return [
        await redis.blpop(none, 0.01),
        await redis.brpoplpush(none, none, 0.01),
        await redis.blmove(none, none, 'LEFT', 'RIGHT', 0.01),
        await redis.bzpopmin(none, 0.01),
        await redis.xread('BLOCK', 10, 'STREAMS', none, '$'),
        await redis.wait(1, 10),
      ];
    },
    [null, null, null, null, null, 0],
  ],
  [
    'a stream that expires ends the wait of its consumers',
    async (target) => {
      const [worker, observer] = [await ready(target.client()), await ready(target.client())];
      const stream = target.name('stream');
      await observer.xgroup('CREATE', stream, 'g', '$', 'MKSTREAM');
      const id = await worker.client('ID');
      const first = tell(worker.xreadgroup('GROUP', 'g', 'me', 'BLOCK', 0, 'STREAMS', stream, '>'));
      await untilWaiting(target, observer, id);
      await observer.pexpire(stream, 1);
      const ended = await first;
      await observer.xgroup('CREATE', stream, 'g', '$', 'MKSTREAM');
      // In one packet, so that the stream does not expire before the wait begins.
      const both = worker.pipeline().pexpire(stream, 50);
      const answers = await both.xreadgroup('GROUP', 'g', 'me', 'BLOCK', 0, 'STREAMS', stream, '>').exec();
      return [ended, answers?.map(([error, reply]) => (error === null ? reply : String(error)))];
    },
    [
      'ReplyError: UNBLOCKED the stream key no longer exists',
      [1, 'ReplyError: UNBLOCKED the stream key no longer exists'],
    ],
  ],
  [
    'sorted sets and moves are waited for',
    async (target) => {
      const [worker, mover, producer] = [
        await ready(target.client()),
        await ready(target.client()),
        await ready(target.client()),
      ];
      const [scores, from, to] = [target.name('scores'), target.name('from'), target.name('to')];
      const ids = [await worker.client('ID'), await mover.client('ID')];
      const least = worker.bzpopmin(scores, 0).then((popped) => popped?.slice(1));
      const moved = mover.blmove(from, to, 'LEFT', 'RIGHT', 0);
      await untilWaiting(target, producer, ...ids);
      await producer.zadd(scores, 2, 'b', 1, 'a');
      await producer.rpush(from, 'x', 'y');
      return [await least, await moved, await producer.lrange(to, 0, -1), await producer.zrange(scores, 0, -1)];
    },
    [['a', '1'], 'x', ['x'], ['b']],
  ],
  [
    'transactions and scripts serve blocked clients when they end',
    async (target) => {
      const [worker, producer] = [await ready(target.client()), await ready(target.client())];
      const [queue, id] = [target.name('queue'), await worker.client('ID')];
      const waited = worker.blpop(queue, 0).then((popped) => popped?.[1]);
      await untilWaiting(target, producer, id);
      const results = await producer.multi().rpush(queue, 'a').lpop(queue).rpush(queue, 'b').exec();
      const first = await waited;
      const again = worker.blpop(queue, 0).then((popped) => popped?.[1]);
      await untilWaiting(target, producer, id);
      await producer.eval("redis.call('rpush', KEYS[1], 'c') redis.call('rpush', KEYS[1], 'd') return 1", 1, queue);
      return [results, first, await again, await producer.lrange(queue, 0, -1)];
    },
    [
      [
        [null, 1],
        [null, 'a'],
        [null, 1],
      ],
      'b',
      'c',
      ['d'],
    ],
  ],
  [
    'a blocked command fails when its connection breaks',
    async (target) => {
      const worker = await ready(target.client({ retryStrategy: () => 20 }));
      const producer = await ready(target.client());
      const [queue, id] = [target.name('queue'), await worker.client('ID')];
      const waited = tell(worker.blpop(queue, 0));
      await untilWaiting(target, producer, id);
      await target.cut(worker);
      const failed = await waited;
      await producer.rpush(queue, 'kept');
      const leaving = await ready(target.client());
      const leavingId = await leaving.client('ID');
      const left = tell(leaving.blpop(target.name('other'), 0));
      await untilWaiting(target, producer, leavingId);
      leaving.disconnect();
      return [failed, await left, await producer.lrange(queue, 0, -1)];
    },
    [NO_RETRIES, CLOSED, ['kept']],
  ],
  [
    'a new entry ends the wait for a stream',
    async (target) => {
      const [reader, writer] = [await ready(target.client()), await ready(target.client())];
      const stream = target.name('stream');
      await writer.xadd(stream, '1-1', 'a', '1');
      const id = await reader.client('ID');
      const waited = reader.xread('BLOCK', 0, 'STREAMS', stream, '$');
      await untilWaiting(target, writer, id);
      await writer.xadd(stream, '2-1', 'b', '2');
      const fresh = await waited;
      const generated = await writer.xadd(stream, '*', 'c', '3');
      return [fresh?.map(([, entries]) => entries), /^\d{13}-\d+$/.test(generated ?? ''), await writer.xlen(stream)];
    },
    [[[['2-1', ['b', '2']]]], true, 3],
  ],
  [
    'consumers of a group share entries',
    async (target) => {
      const [one, other] = [await ready(target.client()), await ready(target.client())];
      const stream = target.name('stream');
      const read = (redis: Redis, consumer: string, from: string) =>
        (
          redis.xreadgroup('GROUP', 'g', consumer, 'COUNT', 1, 'BLOCK', 10, 'STREAMS', stream, from) as Promise<
            [string, unknown][] | null
          >
        ).then((streams) => streams?.map(([, entries]) => entries) ?? null);
      const created = await one.xgroup('CREATE', stream, 'g', '$', 'MKSTREAM');
      const twice = await tell(one.xgroup('CREATE', stream, 'g', '$', 'MKSTREAM'));
      const id = await other.client('ID');
      const waited = other.xreadgroup('GROUP', 'g', 'bob', 'BLOCK', 0, 'STREAMS', stream, '>') as Promise<
        [string, [string, string[]][]][]
      >;
      await untilWaiting(target, one, id);
      await one.xadd(stream, '1-1', 'a', '1');
      const [first] = await waited;
      await one.xadd(stream, '2-1', 'b', '2');
      return [
        created,
        twice,
        first?.[1],
        await read(one, 'alice', '>'),
        await read(one, 'alice', '>'),
        await read(one, 'alice', '0'),
        await one.xack(stream, 'g', '2-1', '9-9'),
        await one.xpending(stream, 'g'),
        ((await one.xautoclaim(stream, 'g', 'alice', 0, '0')) as unknown[]).slice(0, 2),
      ];
    },
    [
      'OK',
      'ReplyError: BUSYGROUP Consumer Group name already exists',
      [['1-1', ['a', '1']]],
      [[['2-1', ['b', '2']]]],
      null,
      [[['2-1', ['b', '2']]]],
      1,
      [1, '1-1', '1-1', [['bob', '1']]],
      ['0-0', [['1-1', ['a', '1']]]],
    ],
  ],
  [
    'CLIENT UNBLOCK ends a wait',
    async (target) => {
      const [worker, other] = [await ready(target.client()), await ready(target.client())];
      const id = await worker.client('ID');
      const waited = worker.blpop(target.name('queue'), 0);
      await untilWaiting(target, other, id);
      const unblocked = [await other.client('UNBLOCK', id), await waited];
      const again = tell(worker.blpop(target.name('queue'), 0));
      await untilWaiting(target, other, id);
      return [...unblocked, await other.client('UNBLOCK', id, 'ERROR'), await again, await other.client('UNBLOCK', id)];
    },
    [1, null, 1, 'ReplyError: UNBLOCKED client unblocked via CLIENT UNBLOCK', 0],
  ],
  [
    'the expiry of a key does not end a wait',
    async (target) => {
      const [worker, producer] = [await ready(target.client()), await ready(target.client())];
      const [queue, id] = [target.name('queue'), await worker.client('ID')];
      const waited = worker.blpop(queue, 0).then((popped) => popped?.[1]);
      await untilWaiting(target, producer, id);
      await tell(producer.set(queue, 'a string', 'PX', 10));
      await until(target, async () => (await producer.exists(queue)) === 0);
      await producer.rpush(queue, 'at last');
      return waited;
    },
    'at last',
  ],
];
