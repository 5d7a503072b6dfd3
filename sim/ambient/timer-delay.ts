/** Node's limit for timers: a signed 32-bit integer. Node replaces a longer delay by 1 ms. */
const TIMER_DELAY_MS_MAX = 2 ** 31 - 1;

/**
 * Node's own rule for what a timer is asked to wait, rounded up so that the timer stays a lower
 * bound.
 */
export function nodeDelayMs(delayMs: unknown): number {
  const asked = Number(delayMs);
  return asked >= 1 && asked <= TIMER_DELAY_MS_MAX ? Math.ceil(asked) : 1;
}
