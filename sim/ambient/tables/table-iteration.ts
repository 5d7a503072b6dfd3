/**
 * Iterations of watched tables: which are open, and the current entry of each.
 *
 * An iteration is open from its first `next()` until it is done, returned or thrown. An iterator
 * that code advances by hand (`map.values().next().value`) is never closed by its caller. So there
 * are two rules:
 *
 * - An iterator of a loop, a spread or a destructuring, which call `[Symbol.iterator]()`, stays
 *   open until it ends.
 * - An iterator that is advanced by hand closes at the end of the slice in which it was opened. If
 *   it is advanced again in a later slice, the first rule applies from then on.
 *
 * A slice is a stretch of code that nothing can interrupt. A microtask marks its end. It is
 * enqueued only when an iteration advances, so continuations that were enqueued before still belong
 * to the slice.
 */
import { type AmbientHost, NO_RECORDS } from '../../system/image.ts';
import { simulatedCallers } from '../../system/stack-frames.ts';

/** State that all tables of one process share. */
export interface SliceWatch {
  slice: number;
  endAwaited: boolean;
  /** The iterations that were advanced by hand in this slice. */
  readonly handheld: TableIteration[];
  /** Iterations that advanced in this slice, of tables only in detailed runs. */
  readonly advanced: { remember(): void }[];
  readonly host: Pick<AmbientHost, 'detailed' | 'recordCount'>;
}

export function createSliceWatch(host: SliceWatch['host']): SliceWatch {
  return { slice: 0, endAwaited: false, handheld: [], advanced: [], host };
}

export class TableIteration {
  /** Names of the functions that opened it, innermost first. */
  iterating: readonly string[] = [];
  /** What was recorded in the slice in which it advanced last; only in detailed runs. */
  advanced = NO_RECORDS;
  readonly #watch: SliceWatch;
  /** The iterations that are open on the same table. */
  readonly #open: TableIteration[];
  #byLoop: boolean;
  #isOpen = false;
  /** Whether the run is detailed: read once, because iterations advance often. */
  #isFollowed = false;
  #openedIn = -1;
  #key: unknown = undefined;
  #standsIn = -1;

  constructor(watch: SliceWatch, open: TableIteration[], byLoop: boolean) {
    this.#watch = watch;
    this.#open = open;
    this.#byLoop = byLoop;
  }

  /** Called when a loop, a spread or a destructuring uses the iterator. */
  loop(): void {
    this.#byLoop = true;
  }

  /** Called when the iteration has advanced to the entry of `key`. */
  standOn(key: unknown): void {
    const watch = this.#watch;
    if (!this.#isOpen) this.#begin();
    this.#key = key;
    this.#standsIn = watch.slice;
    if (this.#isFollowed) this.#follow(watch);
    awaitEndOfSlice(watch);
  }

  /**
   * Deleting the current entry in the same slice is a common idiom and does not affect the
   * iteration.
   */
  toleratesDeletionOf(key: unknown): boolean {
    return (
      this.#standsIn === this.#watch.slice && (key === this.#key || (Number.isNaN(key) && Number.isNaN(this.#key)))
    );
  }

  /** Called at the end of the slice. */
  remember(): void {
    this.advanced = { ...this.advanced, until: this.#watch.host.recordCount };
  }

  #follow({ host, advanced }: SliceWatch): void {
    this.advanced = { from: host.recordCount, until: host.recordCount };
    advanced.push(this);
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
    this.#isFollowed = watch.host.detailed;
    if (this.#isFollowed) this.iterating = simulatedCallers();
  }

  /** Called at the end of the slice. */
  closeUnlessLooping(): void {
    if (!this.#byLoop) this.close();
  }
}

const resolved = Promise.resolve();

export function awaitEndOfSlice(watch: SliceWatch): void {
  if (watch.endAwaited) return;
  watch.endAwaited = true;
  void resolved.then(() => {
    watch.endAwaited = false;
    watch.slice++;
    for (const iteration of watch.handheld) iteration.closeUnlessLooping();
    watch.handheld.length = 0;
    for (const iteration of watch.advanced) iteration.remember();
    watch.advanced.length = 0;
  });
}

const nativeIteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())) as object;

/** A watched iterator over native entries. `pick` chooses the part of an entry that it returns. */
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
   * Ends the watch only: like a native iterator, it can be advanced again after a loop was left.
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
