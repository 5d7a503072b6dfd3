/**
 * Iterations of arrays that last across an await, in loops of the system's own modules. An array
 * that gains or loses items in between is a table conflict: the loop skips or repeats items.
 *
 * Changes are found when the loop continues, by the number of items and by the place of the last
 * one. What the loop itself did before it awaited does not count. An item that is replaced is not a
 * change.
 */
import { NO_RECORDS, type TableConflict } from '../../system/image.ts';
import { simulatedCallers } from '../../system/stack-frames.ts';
import { awaitEndOfSlice, type SliceWatch } from './table-iteration.ts';

const nativeValues = Array.prototype.values;
const arrayIteratorPrototype = Object.getPrototypeOf([][Symbol.iterator]()) as object;

export type OnArrayConflict = (conflict: Pick<TableConflict, 'change' | 'iterating' | 'advanced'>) => void;

/**
 * Returns an iterable over the items of an array, as native as can be seen in a loop. Anything else
 * is returned as it is.
 */
export function createArrayWatch(watch: SliceWatch, onConflict: OnArrayConflict): (value: unknown) => unknown {
  return (value) => {
    if (!Array.isArray(value) || value[Symbol.iterator] !== nativeValues) return value;
    return { [Symbol.iterator]: () => new ArrayIteration(value, watch, onConflict) };
  };
}

class ArrayIteration {
  readonly #array: readonly unknown[];
  readonly #watch: SliceWatch;
  readonly #onConflict: OnArrayConflict;
  readonly #isFollowed: boolean;
  readonly #iterating: readonly string[];
  #index = 0;
  #standsIn = -1;
  /** Number of items at the end of the slice in which the iteration advanced. */
  #length = 0;
  /** Whether the current item was at its place at that time, and which item that was. */
  #item: unknown = undefined;
  #isDone = false;
  /** What was recorded in that slice; only in detailed runs. */
  #advanced = NO_RECORDS;

  constructor(array: readonly unknown[], watch: SliceWatch, onConflict: OnArrayConflict) {
    this.#array = array;
    this.#watch = watch;
    this.#onConflict = onConflict;
    this.#isFollowed = watch.host.detailed;
    this.#iterating = this.#isFollowed ? simulatedCallers() : [];
  }

  next(): IteratorResult<unknown, undefined> {
    const array = this.#array;
    if (this.#isDone) return { done: true, value: undefined };
    if (this.#index > 0 && this.#standsIn !== this.#watch.slice) this.#compare();
    if (this.#index >= array.length) {
      this.#isDone = true;
      return { done: true, value: undefined };
    }
    const value = array[this.#index];
    this.#index += 1;
    this.#standsIn = this.#watch.slice;
    if (this.#isFollowed) this.#advanced = { ...this.#advanced, from: this.#watch.host.recordCount };
    this.#watch.advanced.push(this);
    awaitEndOfSlice(this.#watch);
    return { done: false, value };
  }

  /** Called at the end of the slice: what other code changes from now on is a conflict. */
  remember(): void {
    this.#length = this.#array.length;
    this.#item = this.#array[this.#index - 1];
    if (this.#isFollowed) this.#advanced = { ...this.#advanced, until: this.#watch.host.recordCount };
  }

  #compare(): void {
    const { length } = this.#array;
    if (length > this.#length) this.#report('add');
    else if (length < this.#length) this.#report(length === 0 ? 'clear' : 'delete');
    else if (!Object.is(this.#array[this.#index - 1], this.#item) && this.#array.includes(this.#item))
      // As many as before, but the current item has moved.
      this.#report('delete');
  }

  #report(change: TableConflict['change']): void {
    this.#onConflict({ change, iterating: this.#iterating, advanced: this.#advanced });
  }
}
Object.setPrototypeOf(ArrayIteration.prototype, Object.getPrototypeOf(arrayIteratorPrototype) as object);
