/**
 * The delay before the next attempt: exponential backoff with jitter. Doubles with each failure up
 * to `maxMs`, and is then shortened by up to a half, so that clients which failed together do not
 * retry together.
 *
 * @param failures number of failures in a row, at least 1
 * @param fraction uniform in [0, 1)
 */
export function backoffMs(failures: number, baseMs: number, maxMs: number, fraction: number): number {
  const fullMs = Math.min(maxMs, baseMs * 2 ** Math.min(failures - 1, 30));
  return Math.ceil(fullMs * (1 - fraction / 2));
}
