/**
 * Two runs beside each other: rows with the same text are paired, in order. The n-th occurrence of
 * a text in one run is a candidate for its n-th occurrence in the other. Of the candidates the
 * longest sequence that ascends in both runs is kept, and the same is done between its pairs. Takes
 * O(n log n) for each level, as runs may be long.
 */

/** How often the rows between pairs are aligned. */
const LEVELS = 6;

/** One row each: an item of the left run, and one of the right run; -1 for none. */
export interface Alignment {
  readonly left: Int32Array;
  readonly right: Int32Array;
}

export function aligned(
  left: Int32Array,
  right: Int32Array,
  leftText: (item: number) => string,
  rightText: (item: number) => string,
  levels = LEVELS,
): Alignment {
  const partners = longestAscending(candidates(left, right, leftText, rightText));
  const lefts: number[] = [];
  const rights: number[] = [];
  let from = 0;
  let rightFrom = 0;
  const isRepeated = levels > 1 && partners.some((partner) => partner >= 0);
  /** What is between two pairs. Texts that were counted from the beginning may fit there, too. */
  const addBetween = (until: number, rightUntil: number): void => {
    const [ofLeft, ofRight] = [left.subarray(from, until), right.subarray(rightFrom, rightUntil)];
    const isWorth = isRepeated && ofLeft.length > 0 && ofRight.length > 0;
    const inner = isWorth ? aligned(ofLeft, ofRight, leftText, rightText, levels - 1) : separate(ofLeft, ofRight);
    for (const item of inner.left) lefts.push(item);
    for (const item of inner.right) rights.push(item);
  };
  for (const [position, partner] of partners.entries()) {
    if (partner < 0) continue;
    addBetween(position, partner);
    lefts.push(left[position] ?? -1);
    rights.push(right[partner] ?? -1);
    [from, rightFrom] = [position + 1, partner + 1];
  }
  addBetween(left.length, right.length);
  return { left: Int32Array.from(lefts), right: Int32Array.from(rights) };
}

/** Rows without a pair. */
function separate(left: Int32Array, right: Int32Array): Alignment {
  const none = (length: number): number[] => Array.from({ length }, () => -1);
  return {
    left: Int32Array.from([...left, ...none(right.length)]),
    right: Int32Array.from([...none(left.length), ...right]),
  };
}

/** For each position of the left run the position of its candidate; -1 for none. */
function candidates(
  left: Int32Array,
  right: Int32Array,
  leftText: (item: number) => string,
  rightText: (item: number) => string,
): Int32Array {
  const places = new Map<string, { readonly positions: number[]; used: number }>();
  for (let position = 0; position < right.length; position += 1) {
    const text = rightText(right[position] ?? 0);
    const known = places.get(text);
    if (known === undefined) places.set(text, { positions: [position], used: 0 });
    else known.positions.push(position);
  }
  const found = new Int32Array(left.length).fill(-1);
  for (let position = 0; position < left.length; position += 1) {
    const known = places.get(leftText(left[position] ?? 0));
    const candidate = known?.positions[known.used];
    if (known === undefined || candidate === undefined) continue;
    known.used += 1;
    found[position] = candidate;
  }
  return found;
}

/** The values of the longest ascending subsequence; -1 in the place of all others. */
function longestAscending(values: Int32Array): Int32Array {
  // The index of the smallest last value of an ascending sequence, by its length.
  const ends: number[] = [];
  const before = new Int32Array(values.length).fill(-1);
  for (const [index, value] of values.entries()) {
    if (value < 0) continue;
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((values[ends[middle] ?? 0] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    before[index] = ends[low - 1] ?? -1;
    ends[low] = index;
  }
  const kept = new Int32Array(values.length).fill(-1);
  for (let index = ends.at(-1) ?? -1; index >= 0; index = before[index] ?? -1) kept[index] = values[index] ?? -1;
  return kept;
}
