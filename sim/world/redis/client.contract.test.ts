/** The same assertions on the real thing and on its twin: what the simulator finds with the twin can be trusted so far. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Redis, type RedisOptions } from 'ioredis';
import type { NodeFaces, RedisFace, RedisOptionsFace } from '../faces.ts';
import { freePort, realRedis } from '../test/real-redis.ts';
import { REDIS_CONTRACT, type RedisPlace } from '../test/redis-contract.ts';
import { runWorld, type Tools } from '../test/run-world.ts';

describe('the simulated Redis', () => {
  it.each(REDIS_CONTRACT)('%s', async (_, act, expected) => {
    let result: Promise<unknown> = Promise.reject(new Error('never ran'));
    result.catch(() => undefined);
    const start = (node: NodeFaces, tools: Tools) => {
      result = act(simulated(node, tools));
      return {};
    };
    const run = await runWorld(start, () => undefined, { untilMs: 30_000 });
    expect(run.end).toEqual({ why: 'stopped' });
    const told = await Promise.race([result, new Promise((resolve) => setImmediate(resolve, 'it never ends'))]);
    expect(told).toEqual(expected);
  });
});

const server = await realRedis();

describe.skipIf(server === null)('a real Redis', () => {
  const url = server?.url ?? '';
  const clients = new Set<Redis>();
  let closedPort = 0;

  beforeAll(async () => {
    closedPort = await freePort();
  });
  afterAll(async () => {
    for (const client of clients) client.disconnect();
    await server?.stop();
  });

  it.each(REDIS_CONTRACT)('%s', async (title, act, expected) => {
    const client = (options: RedisOptionsFace, port?: number): RedisFace => {
      const redis = new Redis(port === undefined ? url : `redis://127.0.0.1:${port}`, {
        enableOfflineQueue: false,
        maxRetriesPerRequest: 0,
        autoResendUnfulfilledCommands: false,
        ...(options as RedisOptions),
      });
      redis.on('error', () => undefined);
      clients.add(redis);
      return redis as unknown as RedisFace;
    };
    const admin = new Redis(url);
    clients.add(admin);
    const ids = new WeakMap<RedisFace, number>();
    const place: RedisPlace = {
      client: (options = {}) => {
        const redis = client(options);
        // Asked for before anything else: a subscriber may not ask.
        redis.once('ready', () => {
          redis.call('client', 'id').then(
            (id) => ids.set(redis, Number(id)),
            () => undefined,
          );
        });
        return redis;
      },
      refused: (options = {}) => client(options, closedPort),
      kill: async (redis) => {
        const id = Number(ids.get(redis));
        // By the connection itself, so that nothing it sends afterwards is reached; a subscriber can't.
        await redis.call('client', 'kill', 'ID', id, 'SKIPME', 'no').catch(() => admin.client('KILL', 'ID', id));
      },
      name: (what) => `seedstorm:${process.pid}:${title}:${what}`,
      pause: () => new Promise((resolve) => setTimeout(resolve, 5)),
    };
    expect(await act(place)).toEqual(expected);
  });
});

function simulated(node: NodeFaces, tools: Tools): RedisPlace {
  const { world } = tools;
  const sessions = new Map<RedisFace, string>();
  const client = (options: RedisOptionsFace = {}): RedisFace => {
    const redis = node.redis(options);
    redis.on('error', () => undefined);
    redis.on('ready', () => sessions.set(redis, [...world.redis.sessions].at(-1)?.connection ?? ''));
    return redis;
  };
  const pause = (): Promise<void> =>
    new Promise((resolve) => void node.clock.startTimer({ label: 'pause', owner: 'test' }, 5, resolve));
  return {
    client,
    refused: (options) => {
      world.redis.goAway();
      return client(options);
    },
    kill: async (redis) => {
      for (const session of [...world.redis.sessions])
        if (session.connection === sessions.get(redis)) world.redis.break(session);
      await pause();
    },
    name: (what) => what,
    pause,
  };
}
