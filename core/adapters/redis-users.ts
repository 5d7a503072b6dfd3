import * as z from 'zod';
import type { UserConnection, UserStore } from '../ports.ts';
import { timeMsOf } from './redis-time.ts';

/** The used part of an `ioredis` client. */
export interface RedisUsersClient {
  time(): Promise<readonly (number | string)[]>;
  set(key: string, value: string, unit: 'PX', leaseMs: number, get: 'GET'): Promise<string | null>;
  del(key: string): Promise<number>;
  exists(key: string): Promise<number>;
  hset(key: string, field: string, value: string): Promise<unknown>;
  hdel(key: string, field: string): Promise<unknown>;
  hgetall(key: string): Promise<Record<string, string>>;
  pexpire(key: string, leaseMs: number): Promise<unknown>;
  zadd(key: string, score: number, member: string): Promise<unknown>;
  zremrangebyscore(key: string, min: string, max: string): Promise<unknown>;
  zrangebyscore(key: string, min: number, max: string): Promise<string[]>;
}

const reportsKey = 'users-over-limit';
/** Reports are read for less than this. */
const REPORTS_KEPT_MS = 60_000;

const fieldSchema = z.object({ atMs: z.number(), connections: z.array(z.tuple([z.string(), z.number()])) });

/**
 * The connections of users in Redis. The hash `user:<user>` has a field for each node, as JSON:
 * `{atMs, connections: [[connection, sinceMs], …]}`. The key `node:<node>` exists while the node
 * lives. Fields of nodes that have not renewed theirs are removed later. The sorted set
 * `users-over-limit` has the users that were reported, by time. Commands of one call are sent
 * together, and Redis applies them in this order.
 */
export function redisUsers(client: RedisUsersClient): UserStore {
  return {
    beat: async (node, leaseMs) => {
      const [time, before] = await Promise.all([client.time(), client.set(`node:${node}`, '1', 'PX', leaseMs, 'GET')]);
      return { timeMs: timeMsOf(time), isKnown: before !== null };
    },
    leave: async (node) => {
      await client.del(`node:${node}`);
    },
    put: async (user, node, connections, { timeMs, leaseMs }) => {
      const key = `user:${user}`;
      const value = { atMs: timeMs, connections: connections.map(({ connection, sinceMs }) => [connection, sinceMs]) };
      const writes =
        connections.length === 0
          ? [client.hdel(key, node)]
          : [client.hset(key, node, JSON.stringify(value)), client.pexpire(key, leaseMs)];
      const [fields] = await Promise.all([client.hgetall(key), ...writes]);
      const found = new Map<string, readonly UserConnection[]>();
      for (const [name, text] of Object.entries(fields)) {
        const field = parsed(text);
        if (field.atMs > timeMs - 2 * leaseMs) found.set(name, field.connections);
        // Other fields may keep the key for any time. A failure is made up for by the next call.
        else void client.hdel(key, name).catch(() => undefined);
      }
      return found;
    },
    living: async (nodes) => {
      const counts = await Promise.all(nodes.map((node) => client.exists(`node:${node}`)));
      return new Set(nodes.filter((_node, index) => counts[index] === 1));
    },
    report: async (user, timeMs) => {
      await Promise.all([
        client.zadd(reportsKey, timeMs, user),
        client.zremrangebyscore(reportsKey, '-inf', String(timeMs - REPORTS_KEPT_MS)),
        client.pexpire(reportsKey, REPORTS_KEPT_MS),
      ]);
    },
    reported: (sinceMs) => client.zrangebyscore(reportsKey, sinceMs, '+inf'),
  };
}

/** Nothing, and never removed, for a field of another release. */
function parsed(text: string): { readonly atMs: number; readonly connections: readonly UserConnection[] } {
  try {
    const { atMs, connections } = fieldSchema.parse(JSON.parse(text));
    return { atMs, connections: connections.map(([connection, sinceMs]) => ({ connection, sinceMs })) };
  } catch {
    return { atMs: Infinity, connections: [] };
  }
}
