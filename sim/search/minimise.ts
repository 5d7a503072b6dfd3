/**
 * Finds the parts that a failure needs: the ddmin algorithm of Andreas Zeller and Ralf Hildebrandt,
 * "Simplifying and Isolating Failure-Inducing Input", IEEE Transactions on Software Engineering
 * 28 (2), 2002.
 *
 * Neighbouring items are tried together, so the search is faster when related items are neighbours.
 */

/**
 * Returns a part of `items` that fails, but holds when any single item is left out. The part may be
 * larger when `goesOn` returns false, or once more than `neededMax` items are known to be needed.
 *
 * Precondition: all items together fail, and no items hold. Finding a single item takes at most
 * 2 log2(n) tries.
 */
export async function minimise<Item>(
  items: readonly Item[],
  fails: (part: readonly Item[]) => Promise<boolean>,
  goesOn: () => boolean,
  neededMax = Number.POSITIVE_INFINITY,
): Promise<readonly Item[]> {
  let rest = items;
  let pieces = 2;
  while (rest.length >= 2 && goesOn()) {
    const size = Math.ceil(rest.length / pieces);
    const starts = Array.from({ length: Math.ceil(rest.length / size) }, (_, index) => index * size);
    const alone = starts.map((start) => rest.slice(start, start + size));
    // Of two pieces, each is the complement of the other.
    const without = pieces === 2 ? [] : starts.map((start) => [...rest.slice(0, start), ...rest.slice(start + size)]);
    const index = await firstFailing([...alone, ...without], fails, goesOn);
    if (index >= 0) {
      pieces = index < alone.length ? 2 : Math.max(2, pieces - 1);
      rest = [...alone, ...without][index] ?? rest;
    } else if (size > 1 && starts.length <= neededMax) pieces = Math.min(rest.length, pieces * 2);
    // Each piece contains an item that is needed.
    else break;
  }
  return rest;
}

async function firstFailing<Item>(
  parts: readonly (readonly Item[])[],
  fails: (part: readonly Item[]) => Promise<boolean>,
  goesOn: () => boolean,
): Promise<number> {
  for (const [index, part] of parts.entries()) {
    if (!goesOn()) return -1;
    if (await fails(part)) return index;
  }
  return -1;
}
