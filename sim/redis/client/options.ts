/**
 * The options of a simulated client: those of ioredis. Three defaults differ, and options that only
 * the real client can honour are refused.
 */
import type { RedisOptions } from '../../system/types.ts';
import { DEFAULT_REDIS_OPTIONS } from './ioredis-parts.ts';

export interface RedisClientOptions extends RedisOptions {
  readonly enableOfflineQueue: boolean;
  readonly maxRetriesPerRequest: number | null;
  readonly autoResendUnfulfilledCommands: boolean;
  readonly autoResubscribe: boolean;
  readonly lazyConnect: boolean;
  readonly connectTimeout: number;
  readonly disconnectTimeout: number;
  readonly db: number;
}

/** The client queues nothing and sends nothing twice, so that failures show where they happen. */
const OWN_DEFAULTS = {
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
};

const NOT_SIMULATED = [
  'Connector',
  'blockingTimeout',
  'enableAutoPipelining',
  'monitor',
  'readOnly',
  'sentinels',
  'socketTimeout',
  'stringNumbers',
  'tls',
];

/** Adds defaults. Throws for an option that is not simulated. */
export function clientOptions(options: RedisOptions): RedisClientOptions {
  const all = { ...DEFAULT_REDIS_OPTIONS, ...OWN_DEFAULTS, ...options } as Record<string, unknown>;
  const refused = NOT_SIMULATED.find((name) => all[name] !== undefined && all[name] !== null && all[name] !== false);
  if (refused !== undefined)
    throw new Error(`node.redis: the option ${refused} is not simulated; use 'new Redis()' of ioredis instead`);
  return all as unknown as RedisClientOptions;
}
