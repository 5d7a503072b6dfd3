/**
 * The targets of the contract of Redis: the simulated client, the real client on the simulated
 * wire, and the real client on a real server.
 */
import { Redis, type RedisOptions as IoredisOptions } from 'ioredis';
import { expect } from 'vitest';
import type { SimNode, RedisClient, RedisOptions } from '../../system/types.ts';
import type { AmbientHost } from '../../system/image.ts';
import type { RedisTarget } from './redis-contract.ts';
import { runWorld, type Tools } from '../../world/test/run-world.ts';

/** Defaults of the simulated client, which the real one must be given. */
const SIMULATED_DEFAULTS = { enableOfflineQueue: false, maxRetriesPerRequest: 0, autoResendUnfulfilledCommands: false };

export type CreateClient = (options: RedisOptions) => RedisClient;

/** A target in a simulated world. `create` creates its clients. */
export function simulatedTarget(create: CreateClient, node: SimNode, { world }: Tools): RedisTarget {
  const sessions = new Map<RedisClient, string>();
  const client = (options: RedisOptions = {}): RedisClient => {
    const redis = create(options);
    redis.on('error', () => undefined);
    redis.on('connect', () => sessions.set(redis, [...world.redis.sessions].at(-1)?.connection ?? ''));
    return redis;
  };
  const pause = (): Promise<void> =>
    new Promise((resolve) => void node.clock.startTimer({ label: 'pause', owner: 'test' }, 5, resolve));
  return {
    client,
    refused: (options) => {
      world.redis.goDown({ id: 'down', kind: 'redis-down', target: '*', atMs: 0, durationMs: 1, rate: 1 });
      return client(options);
    },
    kill: async (redis) => {
      for (const session of [...world.redis.sessions])
        if (session.connection === sessions.get(redis)) world.redis.break(session);
      await pause();
    },
    cut: async (redis) => {
      const closed = new Promise((resolve) => redis.once('close', resolve));
      for (const session of [...world.redis.sessions])
        if (session.connection === sessions.get(redis)) world.redis.break(session);
      await closed;
    },
    name: (what) => what,
    pause,
  };
}

/** Unmodified ioredis. Without `url` it connects to its default, in a simulated world. */
export function createRealClient(RealRedis: typeof Redis, url?: string): CreateClient {
  return (options) => {
    const all = { ...SIMULATED_DEFAULTS, ...(options as IoredisOptions) };
    return (url === undefined ? new RealRedis(all) : new RealRedis(url, all)) as unknown as RedisClient;
  };
}

export interface RealRedisTarget extends RedisTarget {
  /** Ends all clients. */
  close(): void;
}

/** A target on a real server. */
export function realTarget(url: string, closedPort: number, title: string): RealRedisTarget {
  const clients = new Set<RedisClient>();
  const ids = new WeakMap<RedisClient, number>();
  const admin = new Redis(url);
  const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
  const client = (options: RedisOptions, at: string): RedisClient => {
    const redis = createRealClient(Redis, at)(options);
    redis.on('error', () => undefined);
    clients.add(redis);
    return redis;
  };
  return {
    client: (options = {}) => {
      const redis = client(options, url);
      // Sent before anything else: a subscriber could not send it.
      redis.once('ready', () => {
        redis.call('client', 'id').then(
          (id) => ids.set(redis, Number(id)),
          () => undefined,
        );
      });
      return redis;
    },
    refused: (options = {}) => client(options, `redis://127.0.0.1:${closedPort}`),
    kill: async (redis) => {
      const id = Number(ids.get(redis));
      // Sent on the connection itself, ahead of everything that it sends afterwards. A subscriber
      // cannot.
      await redis.call('client', 'kill', 'ID', id, 'SKIPME', 'no').catch(() => admin.client('KILL', 'ID', id));
    },
    cut: async (redis) => {
      while (!ids.has(redis)) await pause();
      const closed = new Promise((resolve) => redis.once('close', resolve));
      await admin.client('KILL', 'ID', Number(ids.get(redis)));
      await closed;
    },
    name: (what) => `seedstorm:${process.pid}:${title}:${what}`,
    pause,
    close: () => {
      for (const redis of clients) redis.disconnect();
      admin.disconnect();
    },
  };
}

/** Runs an entry in a world until it is over. Returns the outcome. */
export async function inWorld(
  act: (target: RedisTarget) => Promise<unknown>,
  targetIn: (node: SimNode, tools: Tools, host: AmbientHost) => RedisTarget | Promise<RedisTarget>,
): Promise<unknown> {
  let result: Promise<unknown> = Promise.reject(new Error('never ran'));
  result.catch(() => undefined);
  const start = async (node: SimNode, tools: Tools, host: AmbientHost) => {
    const target = await targetIn(node, tools, host);
    result = act(target);
    return {};
  };
  const run = await runWorld(start, () => undefined, { untilMs: 60_000 });
  expect(run.end).toEqual({ why: 'stopped' });
  return Promise.race([result, new Promise((resolve) => setImmediate(resolve, 'never settled'))]);
}
