const DELAY_MS_MAX = 2 ** 31 - 1;

/**
 * Node's own rule for what a timer is asked to wait, rounded up so that the timer stays a lower
 * bound.
 */
export function nodeDelayMs(delayMs: unknown): number {
  const asked = Number(delayMs);
  return asked >= 1 && asked <= DELAY_MS_MAX ? Math.ceil(asked) : 1;
}
