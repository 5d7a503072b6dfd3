import { Redis } from 'ioredis';
import type { RedisOptions } from 'ioredis';
import { backoffMs } from '../backoff.ts';

/**
 * An ioredis client that answers every command soon, if only with an error: the gateway has its own retries, and a command
 * that a library keeps and sends again later would overwrite what is newer.
 */
export const redisOptions: RedisOptions = {
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  // The price feed subscribes anew by itself.
  autoResubscribe: false,
  connectTimeout: 5_000,
  // Shorter than `storeTimeoutMs`, so that the client's own error is what is seen.
  commandTimeout: 4_000,
  keepAlive: 10_000,
  retryStrategy: (attempt) => backoffMs(attempt, 100, 5_000, Math.random()),
};

/** A client that connects by itself and keeps trying. `onError` is told of each connection that failed or broke. */
export function redisClient(url: string, onError: (error: Error) => void): Redis {
  const client = new Redis(url, redisOptions);
  client.on('error', onError);
  return client;
}
