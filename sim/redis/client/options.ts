/**
 * The options of a client: ioredis's, but for three that the twin has otherwise when nothing is
 * said, and those that it does not know.
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
  readonly db: number;
}

/** Nothing is queued, and nothing is sent twice: failures show where they happen. */
const OWN_DEFAULTS = {
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
};

/** They change what happens, and only the real client does them. */
const BEYOND = [
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

export function clientOptions(given: RedisOptions): RedisClientOptions {
  const options = { ...DEFAULT_REDIS_OPTIONS, ...OWN_DEFAULTS, ...given } as Record<string, unknown>;
  const beyond = BEYOND.find(
    (name) => options[name] !== undefined && options[name] !== null && options[name] !== false,
  );
  if (beyond !== undefined)
    throw new Error(`node.redis: the option ${beyond} is not simulated; take 'new Redis()' of ioredis itself`);
  return options as unknown as RedisClientOptions;
}
