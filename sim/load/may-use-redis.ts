/**
 * Whether a system may connect to Redis, by its bundled texts. A client of Redis has its name
 * somewhere, or that of its fork, or its port. If in doubt, a system does use it: faults of Redis
 * that hit nothing cost less than faults that are never injected.
 */
const TRACE = /redis|valkey|\b6379\b/i;

export function mayUseRedis(texts: readonly string[]): boolean {
  return texts.some((text) => TRACE.test(text));
}
