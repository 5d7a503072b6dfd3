/** Readings that have to agree. */
const READINGS = 6;
const SHARE = 0.002;

/**
 * Whether the last readings of a heap differ by at most 0.2 %. On a busy machine, sockets and
 * timers hold what they use for seconds after their end.
 *
 * @param sizes in bytes, each after a garbage collection
 */
export function standsStill(sizes: readonly number[]): boolean {
  const last = sizes.slice(-READINGS);
  return last.length === READINGS && Math.max(...last) <= Math.min(...last) * (1 + SHARE);
}
