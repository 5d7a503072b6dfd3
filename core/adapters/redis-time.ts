/** Milliseconds of a reply to `TIME`: seconds, and microseconds of the second. */
export function timeMsOf([seconds, microseconds]: readonly (number | string)[]): number {
  return Number(seconds) * 1000 + Number(microseconds) / 1000;
}
