/**
 * The pause before the next attempt: doubles with each failure up to a maximum, and is then shortened by up to a half, so that
 * those who failed together don't come back together.
 *
 * @param failures how many there were in a row, 1 or more
 * @param fraction uniform in [0, 1)
 */
export function backoffMs(failures: number, baseMs: number, maxMs: number, fraction: number): number {
  const fullMs = Math.min(maxMs, baseMs * 2 ** Math.min(failures - 1, 30));
  return Math.ceil(fullMs * (1 - fraction / 2));
}
