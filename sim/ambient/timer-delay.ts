/** Node's limit for timers: a signed 32-bit integer. Node replaces a longer delay by 1 ms. */
const TIMER_DELAY_MS_MAX = 2 ** 31 - 1;

/**
 * The delay of a timer by Node's rule, rounded up so that no timer fires early. `onTooLong` is
 * called with a delay that Node warns of.
 */
export function nodeDelayMs(delayMs: unknown, onTooLong?: (delayMs: number) => void): number {
  const number = Number(delayMs);
  if (number > TIMER_DELAY_MS_MAX) onTooLong?.(number);
  return number >= 1 && number <= TIMER_DELAY_MS_MAX ? Math.ceil(number) : 1;
}
