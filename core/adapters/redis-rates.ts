import type { RateStore } from '../ports.ts';
import { timeMsOf } from './redis-time.ts';

/** The used part of an `ioredis` client. */
export interface RedisRatesClient {
  time(): Promise<readonly (number | string)[]>;
  zrangebyscore(key: string, min: number, max: string): Promise<string[]>;
  eval(script: string, keyCount: number, ...parameters: (string | number)[]): Promise<unknown>;
}

const fastKey = 'users-fast';

/**
 * Adds frames to the bucket of a user, which is stored as the time at which it is full, in
 * milliseconds. Returns how long that will take. Frames that are too old are not counted: the
 * command has waited, or the node has.
 */
const addFrames = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + tonumber(time[2]) / 1000
local full = tonumber(redis.call('GET', KEYS[1]) or '0')
local count, since = tonumber(ARGV[2]), tonumber(ARGV[3])
if count > 0 and now - since <= tonumber(ARGV[4]) then
  full = math.max(full, math.min(since, now)) + count * tonumber(ARGV[5])
  if full - now >= 1 then
    redis.call('SET', KEYS[1], string.format('%.3f', full), 'PX', math.ceil(full - now))
  end
  if full - now > tonumber(ARGV[6]) then
    redis.call('ZADD', KEYS[2], now, ARGV[1])
    redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - 60000)
    redis.call('PEXPIRE', KEYS[2], 60000)
  end
end
return math.floor(math.max(0, full - now))
`;

/** Others look at a user whose bucket takes longer than this to be full. */
const FAST_ABOVE_MS = 1000;

/**
 * The frames of users in Redis. `rate:<user>` has the time at which the user's bucket is full, and
 * exists until then. The sorted set `users-fast` has users who send fast, by time.
 */
export function redisRates(client: RedisRatesClient): RateStore {
  return {
    fastUsers: async (sinceMs) => {
      const [time, users] = await Promise.all([client.time(), client.zrangebyscore(fastKey, sinceMs, '+inf')]);
      return { timeMs: timeMsOf(time), users };
    },
    addFrames: async (user, { count, sinceMs, lateAfterMs }, perSecond) => {
      const parameters = [user, count, sinceMs, lateAfterMs, 1000 / perSecond, FAST_ABOVE_MS];
      return Number(await client.eval(addFrames, 2, `rate:${user}`, fastKey, ...parameters));
    },
  };
}
