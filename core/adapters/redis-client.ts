import { Redis } from 'ioredis';
import type { RedisOptions } from 'ioredis';
import { backoffMs } from '../backoff.ts';
import type { Limits } from '../limits.ts';

/**
 * Options of an ioredis client that answers every command soon, if only with an error. The gateway
 * has its own retries, and a command that a library queues and sends later would overwrite a newer
 * one.
 */
const redisOptions = ({ storeTimeoutMs }: Pick<Limits, 'storeTimeoutMs'>): RedisOptions => ({
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  // The price feed resubscribes.
  autoResubscribe: false,
  // With the pauses between attempts, so that a node is back within 5 s after an outage.
  connectTimeout: 2_000,
  // Shorter than `storeTimeoutMs`, so that the error comes from the client.
  commandTimeout: 0.8 * storeTimeoutMs,
  keepAlive: 10_000,
  // A server that does not answer does not close its end either.
  disconnectTimeout: 100,
  retryStrategy: (attempt) => backoffMs(attempt, 100, 2_000, Math.random()),
});

/**
 * A client that connects and reconnects automatically. Calls `onError` for each connection that
 * failed or broke.
 */
export function redisClient(
  url: string,
  limits: Pick<Limits, 'storeTimeoutMs'>,
  onError: (error: Error) => void,
): Redis {
  const client = new Redis(url, redisOptions(limits));
  client.on('error', onError);
  return client;
}
