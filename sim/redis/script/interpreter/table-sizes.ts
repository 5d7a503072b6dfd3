/** The sizes of the parts of a table in Lua 5.1. */

/** Keys beyond 2 to this power are never in the array. */
export const ARRAY_BITS_MAX = 26;

/** The number of bits of the smallest power of two that holds `size`. */
export const bitsFor = (size: number): number => 32 - Math.clz32(size - 1);

/** Decodes the sizes in the instruction that creates a table. */
export function decodeSize(encoded: number): number {
  const exponent = (encoded >> 3) & 31;
  return exponent === 0 ? encoded : ((encoded & 7) + 8) * 2 ** (exponent - 1);
}

/** Finds an index that has a value and whose successor has none. `low` has one, `high` none. */
export function boundary(low: number, high: number, has: (index: number) => boolean): number {
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (has(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * Returns the largest size of which more than half would be used, and how many keys it would hold.
 * `counts[n]`: keys above 2^(n-1), up to 2^n.
 */
export function arraySize(counts: readonly number[], integers: number): readonly [size: number, used: number] {
  let [sum, size, used] = [0, 0, 0];
  for (let bits = 0, power = 1; power / 2 < integers; bits += 1, power *= 2) {
    const count = counts[bits] ?? 0;
    if (count > 0) {
      sum += count;
      if (sum > power / 2) [size, used] = [power, sum];
    }
    if (sum === integers) break;
  }
  return [size, used];
}
