/** Makes clients: adds to their class what ioredis adds to its own, events, transactions and streams, and the short way for plain calls. */
import { EventEmitter } from 'node:events';
import { list as COMMANDS } from '@ioredis/commands';
import type { RedisFace, RedisOptionsFace } from '../../system/types.ts';
import { type RedisClientParts, SimulatedRedis } from './client.ts';
import { addTransactionSupport } from './ioredis-parts.ts';
import { withShortcuts } from './plain-command.ts';
import { scanStreams } from './scan-streams.ts';

const { constructor: _, ...events } = Object.getOwnPropertyDescriptors(EventEmitter.prototype);
const { prototype } = SimulatedRedis;
Object.defineProperties(prototype, {
  ...events,
  ...scanStreams(),
  ...withShortcuts(COMMANDS, prototype as unknown as Readonly<Record<string, unknown>>),
});
addTransactionSupport(prototype);

/** Makes a client; it connects by itself unless the options say otherwise. */
export function createRedisClient(parts: RedisClientParts, options: RedisOptionsFace): RedisFace {
  return new SimulatedRedis(parts, options) as unknown as RedisFace;
}
