/**
 * Which of many parts a failure needs: the ddmin algorithm of Andreas Zeller and Ralf Hildebrandt, "Simplifying and Isolating Failure-Inducing
 * Input", IEEE Transactions on Software Engineering 28 (2), 2002.
 *
 * Parts that lie beside each other are tried together, so it helps when those that belong together do.
 */

/**
 * A part of `items` that still fails, such that leaving out any single one of them does not; larger when `goesOn` says that it is enough, or
 * when it is plain that more than `neededMax` are needed. All items together are taken to fail, and none to hold. In the best case it takes
 * as many tries as twice the logarithm of their number.
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
    // Of two pieces, each is what the other leaves.
    const without = pieces === 2 ? [] : starts.map((start) => [...rest.slice(0, start), ...rest.slice(start + size)]);
    const index = await firstFailing([...alone, ...without], fails, goesOn);
    if (index >= 0) {
      pieces = index < alone.length ? 2 : Math.max(2, pieces - 1);
      rest = [...alone, ...without][index] ?? rest;
    } else if (size > 1 && starts.length <= neededMax) pieces = Math.min(rest.length, pieces * 2);
    // Each of the pieces has something that is needed.
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
