/**
 * Iterations of watched tables: which are open, and where each one stands.
 *
 * An iteration is open from its first `next()` until it is done, returned from or thrown out of. An
 * iterator that is merely advanced by hand (`map.values().next().value`) is never told that nobody
 * wants it any more. The rule: an iterator on which a loop, a spread or a destructuring has begun
 * (it was asked for by `[Symbol.iterator]()`) stays open until it ends; one that is advanced by
 * hand is closed when the slice ends in which it was opened, and is treated like a loop's once it
 * is advanced again in a later slice.
 *
 * A slice is a stretch of code that nothing can interrupt. Its end is noticed by a microtask, asked
 * for only when an iteration is advanced; a continuation that was already waiting in the queue
 * before that counts as part of the slice.
 */
import { simulatedCallers } from '../system/stack-frames.ts';

/** What all tables of one process share. */
export interface SliceWatch {
  slice: number;
  endAwaited: boolean;
  /** Advanced by hand in this slice. */
  readonly handheld: TableIteration[];
  readonly detailed: () => boolean;
}

export function createSliceWatch(detailed: () => boolean): SliceWatch {
  return { slice: 0, endAwaited: false, handheld: [], detailed };
}

export class TableIteration {
  /** Function names, innermost first, where it was opened. */
  iterating: readonly string[] = [];
  readonly #watch: SliceWatch;
  /** The iterations that are open on the same table. */
  readonly #open: TableIteration[];
  #byLoop: boolean;
  #isOpen = false;
  #openedIn = -1;
  #key: unknown = undefined;
  #standsIn = -1;

  constructor(watch: SliceWatch, open: TableIteration[], byLoop: boolean) {
    this.#watch = watch;
    this.#open = open;
    this.#byLoop = byLoop;
  }

  /** A loop, a spread or a destructuring takes it over. */
  loop(): void {
    this.#byLoop = true;
  }

  /** It has moved on to the entry of `key`. */
  standOn(key: unknown): void {
    const watch = this.#watch;
    if (!this.#isOpen) this.#begin();
    this.#key = key;
    this.#standsIn = watch.slice;
    if (!watch.endAwaited) awaitEndOfSlice(watch);
  }

  /**
   * Deleting the entry it stands on, before anything else could run, is a common idiom and does not
   * affect it.
   */
  toleratesDeletionOf(key: unknown): boolean {
    return (
      this.#standsIn === this.#watch.slice && (key === this.#key || (Number.isNaN(key) && Number.isNaN(this.#key)))
    );
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#open.splice(this.#open.lastIndexOf(this), 1);
  }

  #begin(): void {
    const watch = this.#watch;
    if (this.#openedIn >= 0 && this.#openedIn !== watch.slice) this.#byLoop = true;
    this.#isOpen = true;
    this.#openedIn = watch.slice;
    this.#open.push(this);
    if (!this.#byLoop) watch.handheld.push(this);
    if (watch.detailed()) this.iterating = simulatedCallers();
  }

  /** For the end of the slice. */
  closeUnlessLooping(): void {
    if (!this.#byLoop) this.close();
  }
}

const resolved = Promise.resolve();

function awaitEndOfSlice(watch: SliceWatch): void {
  watch.endAwaited = true;
  void resolved.then(() => {
    watch.endAwaited = false;
    watch.slice++;
    for (const iteration of watch.handheld) iteration.closeUnlessLooping();
    watch.handheld.length = 0;
  });
}

const nativeIteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())) as object;

/** A native iterator over entries, watched; `pick` chooses what of an entry is handed out. */
export class WatchedIterator<Key, Value, Item> {
  readonly #entries: Iterator<[Key, Value]>;
  readonly #pick: (entry: [Key, Value]) => Item;
  readonly #iteration: TableIteration;

  constructor(entries: Iterator<[Key, Value]>, pick: (entry: [Key, Value]) => Item, iteration: TableIteration) {
    this.#entries = entries;
    this.#pick = pick;
    this.#iteration = iteration;
  }

  next(): IteratorResult<Item, undefined> {
    const step = this.#entries.next();
    if (step.done) {
      this.#iteration.close();
      return { done: true, value: undefined };
    }
    this.#iteration.standOn(step.value[0]);
    return { done: false, value: this.#pick(step.value) };
  }

  /**
   * Ends the watch only: a native iterator may be advanced again after a loop was left, and so may
   * this one.
   */
  return(value?: unknown): IteratorResult<Item, unknown> {
    this.#iteration.close();
    return { done: true, value };
  }

  [Symbol.iterator](): this {
    this.#iteration.loop();
    return this;
  }
}
Object.setPrototypeOf(WatchedIterator.prototype, nativeIteratorPrototype);
