const DELAY_MS_MAX = 2 ** 31 - 1;

/** The delay of a timer by Node's rule, rounded up so that no timer fires early. */
export function nodeDelayMs(delayMs: unknown): number {
  const number = Number(delayMs);
  return number >= 1 && number <= DELAY_MS_MAX ? Math.ceil(number) : 1;
}
