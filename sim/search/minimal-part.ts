/**
 * Finds the items that suffice, when more items never hurt. Each one is found by a binary search
 * for the shortest beginning of the list that suffices together with those found before: about
 * log2(n) tries for each, where trying them one by one would take n.
 */

/**
 * Returns a part of `items` that suffices, but not if any single item is left out. Of two items
 * that would each suffice, it has the earlier one.
 *
 * Precondition: all items together suffice, and no items do not.
 */
export async function minimalPart<Item>(
  items: readonly Item[],
  suffices: (part: readonly Item[]) => Promise<boolean>,
): Promise<readonly Item[]> {
  const found: Item[] = [];
  for (let length = items.length; ;) {
    // The beginning of this length suffices together with the items found, the shorter one doesn't.
    let [tooShort, enough] = [0, length];
    while (enough - tooShort > 1) {
      const middle = Math.floor((tooShort + enough) / 2);
      if (await suffices([...found, ...items.slice(0, middle)])) enough = middle;
      else tooShort = middle;
    }
    length = enough - 1;
    found.push(...items.slice(length, enough));
    if (length === 0 || (await suffices(found))) return found;
  }
}
