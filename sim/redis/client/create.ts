/**
 * Creates clients. Adds to their class what ioredis adds to its own: events, transactions and scan
 * streams; and the fast paths for simple calls. What needs the connection of ioredis is refused by
 * name.
 */
import { EventEmitter } from 'node:events';
import { list as COMMANDS } from '@ioredis/commands';
import { refuseMembers } from '../../system/refused-members.ts';
import type { RedisClient, RedisOptions } from '../../system/types.ts';
import { type RedisClientContext, SimulatedRedisClient } from './client.ts';
import { addTransactionSupport } from './ioredis-parts.ts';
import { scanStreams } from './scan-streams.ts';
import { withFastPaths } from './simple-command.ts';

const { constructor: _, ...events } = Object.getOwnPropertyDescriptors(EventEmitter.prototype);
const { prototype } = SimulatedRedisClient;
Object.defineProperties(prototype, {
  ...events,
  ...scanStreams(),
  ...withFastPaths(COMMANDS, prototype as unknown as Readonly<Record<string, unknown>>),
});
addTransactionSupport(prototype);
refuseMembers(
  prototype,
  'node.redis()',
  {
    methods: (
      'createScanStream flushQueue getBlockingTimeoutInMs getConfiguredBlockingTimeout handleReconnection monitor ' +
      'parseOptions recoverFromFatalError resetCommandQueue resetOfflineQueue setSocketTimeout setStatus silentEmit'
    ).split(' '),
    values: (
      'autoPipelineQueueSize commandQueue connectionEpoch connector manuallyClosing offlineQueue reconnectTimeout ' +
      'retryAttempts stream'
    ).split(' '),
  },
  SimulatedRedisClient.refuseOf,
);

/** Creates a client, which connects at once unless `lazyConnect` is set. */
export function createRedisClient(context: RedisClientContext, options: RedisOptions): RedisClient {
  return new SimulatedRedisClient(context, options) as unknown as RedisClient;
}
