/** The host names that lead a main module to Redis: those that its environment names. */
import type { Environment } from '../system/process-state.ts';

const REDIS_URL = /^rediss?:\/\/(?:[^@/]*@)?(\[[^\]]+\]|[^:/?#]+)/i;
const REDIS_HOST = /REDIS.*HOST/i;

/** The hosts of all `redis://` URLs, and the values of variables such as `REDIS_HOST`. */
export function redisHostsIn(env: Environment): ReadonlySet<string> {
  const hosts = Object.entries(env).flatMap(([name, value]) => {
    const [, host] = REDIS_URL.exec(value) ?? [];
    if (host !== undefined) return [host];
    return REDIS_HOST.test(name) && value !== '' ? [value] : [];
  });
  return new Set(hosts);
}
