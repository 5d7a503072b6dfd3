/** The finding of a check that always holds and is only counted. */
export function nothing(): never {
  throw new Error('a check that holds has no finding');
}
