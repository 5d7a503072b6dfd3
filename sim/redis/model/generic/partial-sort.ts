/**
 * The quicksort of Bentley and McIlroy ("Engineering a sort function", 1993), which leaves parts
 * outside of a range unsorted. It is not stable. Redis sorts with it when SORT has BY and LIMIT, so
 * the order of elements with equal weights follows from its choices of pivots and its swaps.
 */

export type Compare<T> = (one: T, other: T) => number;

/** Inclusive indexes. */
interface Range {
  readonly from: number;
  readonly to: number;
}

/** Shorter parts are sorted by insertion. */
const INSERTED_MAX = 6;
/** Longer parts take their pivot from nine elements instead of three. */
const THREE_MAX = 40;

/** Sorts `items` in place, such that those at the indexes of `wanted` are the right ones. */
export function sortPartially<T>(items: T[], compare: Compare<T>, wanted: Range): void {
  new PartialSort(items, compare, wanted).sort(0, items.length);
}

class PartialSort<T> {
  readonly #items: T[];
  readonly #compare: Compare<T>;
  readonly #wanted: Range;

  constructor(items: T[], compare: Compare<T>, wanted: Range) {
    this.#items = items;
    this.#compare = compare;
    this.#wanted = wanted;
  }

  /** Sorts `length` items from an index on. */
  sort(start: number, length: number): void {
    if (length <= INSERTED_MAX) {
      this.#insert(start, length);
      return;
    }
    this.#swap(start, this.#pivot(start, length));
    const { smaller, greater } = this.#split(start, length);
    for (const [from, count] of [
      [start, smaller],
      [start + length - greater, greater],
    ] as const)
      if (count > 1 && from <= this.#wanted.to && from + count > this.#wanted.from) this.sort(from, count);
  }

  #order(one: number, other: number): number {
    return this.#compare(this.#items[one] as T, this.#items[other] as T);
  }

  #swap(one: number, other: number): void {
    const items = this.#items;
    [items[one], items[other]] = [items[other] as T, items[one] as T];
  }

  #swapRuns(one: number, other: number, length: number): void {
    for (let index = 0; index < length; index += 1) this.#swap(one + index, other + index);
  }

  #insert(start: number, length: number): void {
    for (let end = start + 1; end < start + length; end += 1)
      for (let index = end; index > start && this.#order(index - 1, index) > 0; index -= 1)
        this.#swap(index, index - 1);
  }

  #median(one: number, two: number, three: number): number {
    if (this.#order(one, two) < 0) {
      if (this.#order(two, three) < 0) return two;
      return this.#order(one, three) < 0 ? three : one;
    }
    if (this.#order(two, three) > 0) return two;
    return this.#order(one, three) < 0 ? one : three;
  }

  #pivot(start: number, length: number): number {
    const middle = start + Math.floor(length / 2);
    if (length === INSERTED_MAX + 1) return middle;
    const last = start + length - 1;
    if (length <= THREE_MAX) return this.#median(start, middle, last);
    const step = Math.floor(length / 8);
    return this.#median(
      this.#median(start, start + step, start + 2 * step),
      this.#median(middle - step, middle, middle + step),
      this.#median(last - 2 * step, last - step, last),
    );
  }

  /**
   * Moves what is smaller than the first item to the front, and what is greater to the end. Equal
   * items are gathered at both ends and moved between them at last.
   */
  #split(start: number, length: number): { readonly smaller: number; readonly greater: number } {
    let [equalEnd, low] = [start + 1, start + 1];
    let [high, equalStart] = [start + length - 1, start + length - 1];
    for (;;) {
      for (; low <= high; low += 1) {
        const order = this.#order(low, start);
        if (order > 0) break;
        if (order === 0) this.#swap(equalEnd++, low);
      }
      for (; low <= high; high -= 1) {
        const order = this.#order(high, start);
        if (order < 0) break;
        if (order === 0) this.#swap(high, equalStart--);
      }
      if (low > high) break;
      this.#swap(low++, high--);
    }
    const end = start + length;
    const [smaller, greater] = [low - equalEnd, equalStart - high];
    const atFront = Math.min(equalEnd - start, smaller);
    this.#swapRuns(start, low - atFront, atFront);
    const atEnd = Math.min(greater, end - 1 - equalStart);
    this.#swapRuns(low, end - atEnd, atEnd);
    return { smaller, greater };
  }
}
