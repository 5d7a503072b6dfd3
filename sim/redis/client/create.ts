/**
 * Makes clients: adds to their class what ioredis adds to its own, events, transactions and
 * streams, and the short way for plain calls.
 */
import { EventEmitter } from 'node:events';
import { list as COMMANDS } from '@ioredis/commands';
import type { RedisClient, RedisOptions } from '../../system/types.ts';
import { type RedisClientParts, SimulatedRedisClient } from './client.ts';
import { addTransactionSupport } from './ioredis-parts.ts';
import { withShortcuts } from './plain-command.ts';
import { scanStreams } from './scan-streams.ts';

const { constructor: _, ...events } = Object.getOwnPropertyDescriptors(EventEmitter.prototype);
const { prototype } = SimulatedRedisClient;
Object.defineProperties(prototype, {
  ...events,
  ...scanStreams(),
  ...withShortcuts(COMMANDS, prototype as unknown as Readonly<Record<string, unknown>>),
});
addTransactionSupport(prototype);

/** Makes a client; it connects by itself unless the options say otherwise. */
export function createRedisClient(parts: RedisClientParts, options: RedisOptions): RedisClient {
  return new SimulatedRedisClient(parts, options) as unknown as RedisClient;
}
