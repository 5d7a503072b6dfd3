/**
 * A set of integers, stored as ranges. Numbers that are added in order take constant time and no
 * additional space.
 */
interface Range {
  readonly from: number;
  to: number;
}

export class Positions {
  readonly #ranges: Range[];

  /** @param upTo the set initially contains all integers up to this one */
  constructor(upTo: number | null = null) {
    this.#ranges = upTo === null ? [] : [{ from: -Infinity, to: upTo }];
  }

  get highest(): number | null {
    return this.#ranges.at(-1)?.to ?? null;
  }

  has(position: number): boolean {
    return position <= (this.#ranges[this.#indexFor(position)]?.to ?? -Infinity);
  }

  add(position: number): void {
    const index = this.#indexFor(position);
    const before = this.#ranges[index];
    if (before !== undefined && position <= before.to) return;
    const after = this.#ranges[index + 1];
    const joinsAfter = after?.from === position + 1;
    if (before?.to === position - 1) {
      before.to = joinsAfter ? after.to : position;
      if (joinsAfter) this.#ranges.splice(index + 1, 1);
    } else {
      this.#ranges.splice(index + 1, joinsAfter ? 1 : 0, { from: position, to: joinsAfter ? after.to : position });
    }
  }

  /** The lowest number at or above `from` that is not in the set. */
  firstMissing(from: number): number {
    const range = this.#ranges[this.#indexFor(from)];
    return range !== undefined && from <= range.to ? range.to + 1 : from;
  }

  /**
   * Index of the last range that begins at or before `position`, or -1. Tries the last range first.
   */
  #indexFor(position: number): number {
    let low = 0;
    let high = this.#ranges.length;
    if (high > 0 && (this.#ranges[high - 1]?.from ?? 0) <= position) return high - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ranges[middle]?.from ?? 0) <= position) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
