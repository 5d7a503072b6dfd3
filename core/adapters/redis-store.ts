import type { ConnectionStore } from '../ports.ts';

/** What is used of an `ioredis` client. */
export interface RedisStoreClient {
  set(key: string, value: string, unit: 'PX', leaseMs: number): Promise<unknown>;
  del(key: string): Promise<number>;
  quit(): Promise<unknown>;
  disconnect(): void;
}

/**
 * Rows in Redis: one key `conn:<connection>` each, whose value is the row as JSON and which expires with its lease. `SET … PX`
 * writes value and lease in one command, so there is no row without a lease.
 */
export function redisStore(client: RedisStoreClient): ConnectionStore {
  return {
    put: async (row, leaseMs) => {
      await client.set(`conn:${row.connection}`, JSON.stringify(row), 'PX', leaseMs);
    },
    remove: async (connection) => {
      await client.del(`conn:${connection}`);
    },
    close: async () => {
      // QUIT waits for what is in flight, but fails when there is no connection.
      await client.quit().catch(() => {
        client.disconnect();
      });
    },
  };
}
