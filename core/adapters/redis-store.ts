import type { ConnectionStore } from '../ports.ts';

/** The used part of an `ioredis` client. */
export interface RedisStoreClient {
  set(key: string, value: string, unit: 'PX', leaseMs: number): Promise<unknown>;
  del(key: string): Promise<number>;
  quit(): Promise<unknown>;
  disconnect(): void;
}

/**
 * Rows in Redis: a key `conn:<connection>` holds the row as JSON and expires with its lease. `SET …
 * PX` writes value and lease in one command, so no row is without a lease.
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
      // QUIT waits for commands in flight, but fails without a connection.
      await client.quit().catch(() => {
        client.disconnect();
      });
    },
    drop: () => {
      client.disconnect();
    },
  };
}
