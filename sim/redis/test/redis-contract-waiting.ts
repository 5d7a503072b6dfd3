/**
 * What the simulated Redis shares with the real one about commands that wait, and about streams and
 * their consumers.
 */
import type { Redis } from 'ioredis';
import { CLOSED, type Entry, NO_RETRIES, ready, type RedisPlace, tell, until } from './redis-contract.ts';

/** Resolves when the clients of these numbers wait, as the server sees it. */
async function untilWaiting(place: RedisPlace, observer: Redis, ...ids: readonly number[]): Promise<void> {
  await until(place, async () => {
    const list = String(await observer.client('LIST'));
    return ids.every((id) => new RegExp(`^id=${id} .*flags=\\w*b`, 'm').test(list));
  });
}

export const WAITING_CONTRACT: readonly Entry[] = [
  [
    'a list that is waited for',
    async (place) => {
      const [worker, producer] = [await ready(place.client()), await ready(place.client())];
      const [queue, other] = [place.name('queue'), place.name('other')];
      const id = await worker.client('ID');
      const waited = worker.blpop(other, queue, 0);
      const behind = worker.rpush(queue, 'behind');
      await untilWaiting(place, producer, id);
      const length = await producer.rpush(queue, 'a', 'b');
      const popped = await waited;
      return [popped?.[0] === queue, popped?.[1], length, await behind, await producer.lrange(queue, 0, -1)];
    },
    [true, 'a', 2, 2, ['b', 'behind']],
  ],
  [
    'who waited first is served first, and one push serves as many as it can',
    async (place) => {
      const workers = [await ready(place.client()), await ready(place.client()), await ready(place.client())];
      const producer = await ready(place.client());
      const queue = place.name('queue');
      const waited: Promise<unknown>[] = [];
      for (const worker of workers) {
        const id = await worker.client('ID');
        waited.push(worker.brpop(queue, 0).then((popped) => popped?.[1]));
        await untilWaiting(place, producer, id);
      }
      await producer.rpush(queue, '1', '2');
      const first = await Promise.all(waited.slice(0, 2));
      await producer.rpush(queue, '3');
      return [first, await waited[2], await producer.exists(queue)];
    },
    [['2', '1'], '3', 0],
  ],
  [
    'waiting in vain',
    async (place) => {
      const redis = await ready(place.client());
      const none = place.name('none');
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
    'a sorted set, and a move, that are waited for',
    async (place) => {
      const [worker, mover, producer] = [
        await ready(place.client()),
        await ready(place.client()),
        await ready(place.client()),
      ];
      const [scores, from, to] = [place.name('scores'), place.name('from'), place.name('to')];
      const ids = [await worker.client('ID'), await mover.client('ID')];
      const least = worker.bzpopmin(scores, 0).then((popped) => popped?.slice(1));
      const moved = mover.blmove(from, to, 'LEFT', 'RIGHT', 0);
      await untilWaiting(place, producer, ...ids);
      await producer.zadd(scores, 2, 'b', 1, 'a');
      await producer.rpush(from, 'x', 'y');
      return [await least, await moved, await producer.lrange(to, 0, -1), await producer.zrange(scores, 0, -1)];
    },
    [['a', '1'], 'x', ['x'], ['b']],
  ],
  [
    'a transaction and a script serve whoever waits, when they are over',
    async (place) => {
      const [worker, producer] = [await ready(place.client()), await ready(place.client())];
      const [queue, id] = [place.name('queue'), await worker.client('ID')];
      const waited = worker.blpop(queue, 0).then((popped) => popped?.[1]);
      await untilWaiting(place, producer, id);
      const results = await producer.multi().rpush(queue, 'a').lpop(queue).rpush(queue, 'b').exec();
      const first = await waited;
      const again = worker.blpop(queue, 0).then((popped) => popped?.[1]);
      await untilWaiting(place, producer, id);
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
    'a connection that breaks while its command waits',
    async (place) => {
      const worker = await ready(place.client({ retryStrategy: () => 20 }));
      const producer = await ready(place.client());
      const [queue, id] = [place.name('queue'), await worker.client('ID')];
      const waited = tell(worker.blpop(queue, 0));
      await untilWaiting(place, producer, id);
      await place.cut(worker);
      const failed = await waited;
      await producer.rpush(queue, 'kept');
      const leaving = await ready(place.client());
      const leavingId = await leaving.client('ID');
      const left = tell(leaving.blpop(place.name('other'), 0));
      await untilWaiting(place, producer, leavingId);
      leaving.disconnect();
      return [failed, await left, await producer.lrange(queue, 0, -1)];
    },
    [NO_RETRIES, CLOSED, ['kept']],
  ],
  [
    'a stream that is waited for',
    async (place) => {
      const [reader, writer] = [await ready(place.client()), await ready(place.client())];
      const stream = place.name('stream');
      await writer.xadd(stream, '1-1', 'a', '1');
      const id = await reader.client('ID');
      const waited = reader.xread('BLOCK', 0, 'STREAMS', stream, '$');
      await untilWaiting(place, writer, id);
      await writer.xadd(stream, '2-1', 'b', '2');
      const fresh = await waited;
      const generated = await writer.xadd(stream, '*', 'c', '3');
      return [fresh?.map(([, entries]) => entries), /^\d{13}-\d+$/.test(generated ?? ''), await writer.xlen(stream)];
    },
    [[[['2-1', ['b', '2']]]], true, 3],
  ],
  [
    'consumers of a group',
    async (place) => {
      const [one, other] = [await ready(place.client()), await ready(place.client())];
      const stream = place.name('stream');
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
      await untilWaiting(place, one, id);
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
    'a client that is made to wait no more',
    async (place) => {
      const [worker, other] = [await ready(place.client()), await ready(place.client())];
      const id = await worker.client('ID');
      const waited = worker.blpop(place.name('queue'), 0);
      await untilWaiting(place, other, id);
      const unblocked = [await other.client('UNBLOCK', id), await waited];
      const again = tell(worker.blpop(place.name('queue'), 0));
      await untilWaiting(place, other, id);
      return [...unblocked, await other.client('UNBLOCK', id, 'ERROR'), await again, await other.client('UNBLOCK', id)];
    },
    [1, null, 1, 'ReplyError: UNBLOCKED client unblocked via CLIENT UNBLOCK', 0],
  ],
  [
    'the end of a key is no push',
    async (place) => {
      const [worker, producer] = [await ready(place.client()), await ready(place.client())];
      const [queue, id] = [place.name('queue'), await worker.client('ID')];
      const waited = worker.blpop(queue, 0).then((popped) => popped?.[1]);
      await untilWaiting(place, producer, id);
      await tell(producer.set(queue, 'a string', 'PX', 10));
      await until(place, async () => (await producer.exists(queue)) === 0);
      await producer.rpush(queue, 'at last');
      return waited;
    },
    'at last',
  ],
];
