/** The finding of a check that is known to hold, and is only to be counted. */
export function nothing(): never {
  throw new Error('a check that holds finds nothing');
}
