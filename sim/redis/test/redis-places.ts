/**
 * Where the contract of Redis is held: the twin, the real client on the simulated wire, and the
 * real client on a real server.
 */
import { Redis, type RedisOptions as IoredisOptions } from 'ioredis';
import { expect } from 'vitest';
import type { SimNode, RedisClient, RedisOptions } from '../../system/types.ts';
import type { AmbientHost } from '../../system/image.ts';
import type { RedisPlace } from './redis-contract.ts';
import { runWorld, type Tools } from '../../world/test/run-world.ts';

/** What the twin does when nothing is said; the real client has to be told. */
const TWIN_DEFAULTS = { enableOfflineQueue: false, maxRetriesPerRequest: 0, autoResendUnfulfilledCommands: false };

export type CreateClient = (options: RedisOptions) => RedisClient;

/** A place in a simulated world. `create` makes a client there. */
export function simulatedPlace(create: CreateClient, node: SimNode, { world }: Tools): RedisPlace {
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
      world.redis.goDown();
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

/** ioredis as its package is, which connects by itself. */
export function createRealClient(RealRedis: typeof Redis, url?: string): CreateClient {
  return (options) => {
    const all = { ...TWIN_DEFAULTS, ...(options as IoredisOptions) };
    return (url === undefined ? new RealRedis(all) : new RealRedis(url, all)) as unknown as RedisClient;
  };
}

export interface RealPlace extends RedisPlace {
  /** Ends all clients. */
  close(): void;
}

/** A place at a real server. */
export function realPlace(url: string, closedPort: number, title: string): RealPlace {
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
      // Asked for before anything else: a subscriber may not ask.
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
      // By the connection itself, so that nothing it sends afterwards is reached; a subscriber
      // can't.
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

/** What the act comes to in a world that runs until it is over. */
export async function inWorld(
  act: (place: RedisPlace) => Promise<unknown>,
  placeIn: (node: SimNode, tools: Tools, host: AmbientHost) => RedisPlace | Promise<RedisPlace>,
): Promise<unknown> {
  let result: Promise<unknown> = Promise.reject(new Error('never ran'));
  result.catch(() => undefined);
  const start = async (node: SimNode, tools: Tools, host: AmbientHost) => {
    const place = await placeIn(node, tools, host);
    result = act(place);
    return {};
  };
  const run = await runWorld(start, () => undefined, { untilMs: 60_000 });
  expect(run.end).toEqual({ why: 'stopped' });
  return Promise.race([result, new Promise((resolve) => setImmediate(resolve, 'it never ends'))]);
}
