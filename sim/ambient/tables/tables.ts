/**
 * `Map` and `Set` that notice a structural change (a key added, an entry deleted, everything
 * cleared) while an iteration of the same table is open, also across awaits. Overwriting the value
 * of an existing key is not a change. `table-iteration.ts` defines open iterations and tolerated
 * deletions.
 *
 * Without an open iteration, a change costs one more check than a native one, and a lookup nothing.
 */
import { type AmbientHost, NO_RECORDS, type TableConflict } from '../../system/image.ts';
import { createArrayWatch } from './array-iteration.ts';
import { isInstanceOfNative } from '../instance.ts';
import { simulatedCallers } from '../../system/stack-frames.ts';
import { createSliceWatch, TableIteration, WatchedIterator, type SliceWatch } from './table-iteration.ts';

const NativeMap = Map;
const NativeSet = Set;
const mapEntries = NativeMap.prototype.entries;
const mapSet = NativeMap.prototype.set;
const setEntries = NativeSet.prototype.entries;
const setAdd = NativeSet.prototype.add;
const NONE_OPEN: readonly TableIteration[] = Object.freeze([]);

interface TableWatch extends SliceWatch {
  readonly host: AmbientHost;
}

export interface Tables {
  readonly Map: MapConstructor;
  readonly Set: SetConstructor;
  /** For an array that a loop iterates across an await: an iterable that notices changes. */
  readonly watchArray: (value: unknown) => unknown;
}

/** The two classes of one process; conflicts go to `host.tableConflict`. */
export function createTables(host: AmbientHost): Tables {
  const watch: TableWatch = Object.assign(createSliceWatch(host), { host });

  class SimulatedMap<Key, Value> extends WatchedMap<Key, Value> {
    constructor(entries?: Iterable<readonly [Key, Value]> | null) {
      super(watch);
      if (entries !== undefined && entries !== null) fillMap(this, entries);
    }

    static override [Symbol.hasInstance](value: unknown): boolean {
      return isInstanceOfNative(this, SimulatedMap, NativeMap, value);
    }
  }

  class SimulatedSet<Item> extends WatchedSet<Item> {
    constructor(items?: Iterable<Item> | null) {
      super(watch);
      if (items !== undefined && items !== null) fillSet(this, items);
    }

    static override [Symbol.hasInstance](value: unknown): boolean {
      return isInstanceOfNative(this, SimulatedSet, NativeSet, value);
    }
  }

  Object.defineProperty(SimulatedMap, 'name', { value: 'Map' });
  Object.defineProperty(SimulatedSet, 'name', { value: 'Set' });
  const groupBy: unknown = Reflect.get(NativeMap, 'groupBy');
  if (typeof groupBy === 'function') {
    Object.defineProperty(SimulatedMap, 'groupBy', {
      value: (...parameters: unknown[]) => new SimulatedMap(Reflect.apply(groupBy, NativeMap, parameters)),
      writable: true,
      configurable: true,
    });
  }
  return {
    Map: SimulatedMap as unknown as MapConstructor,
    Set: SimulatedSet as unknown as SetConstructor,
    watchArray: createArrayWatch(watch, (conflict) =>
      host.tableConflict({ table: 'Array', changing: [], ...conflict }),
    ),
  };
}

class WatchedMap<Key, Value> extends NativeMap<Key, Value> {
  readonly #watch: TableWatch;
  #open = NONE_OPEN;

  constructor(watch: TableWatch) {
    super();
    this.#watch = watch;
  }

  override set(key: Key, value: Value): this {
    if (this.#open.length > 0 && !this.has(key)) report(this.#watch, 'Map', 'add', this.#open);
    return super.set(key, value);
  }

  override delete(key: Key): boolean {
    if (this.#open.length > 0 && this.has(key)) reportDeletion(this.#watch, 'Map', this.#open, key);
    return super.delete(key);
  }

  override clear(): void {
    if (this.#open.length > 0 && this.size > 0) report(this.#watch, 'Map', 'clear', this.#open);
    super.clear();
  }

  override forEach(callback: (value: Value, key: Key, map: Map<Key, Value>) => void, thisArgument?: unknown): void {
    const iteration = this.#iteration(true);
    try {
      super.forEach((value, key) => {
        iteration.standOn(key);
        Reflect.apply(callback, thisArgument, [value, key, this]);
      });
    } finally {
      iteration.close();
    }
  }

  override entries(): MapIterator<[Key, Value]> {
    return this.#iterator(whole<Key, Value>, false);
  }

  override keys(): MapIterator<Key> {
    return this.#iterator(first<Key, Value>, false);
  }

  override values(): MapIterator<Value> {
    return this.#iterator(second<Key, Value>, false);
  }

  override [Symbol.iterator](): MapIterator<[Key, Value]> {
    return this.#iterator(whole<Key, Value>, true);
  }

  #iterator<Item>(pick: (entry: [Key, Value]) => Item, byLoop: boolean): MapIterator<Item> {
    return new WatchedIterator(super.entries(), pick, this.#iteration(byLoop)) as unknown as MapIterator<Item>;
  }

  #iteration(byLoop: boolean): TableIteration {
    if (this.#open === NONE_OPEN) this.#open = [];
    return new TableIteration(this.#watch, this.#open as TableIteration[], byLoop);
  }
}

class WatchedSet<Item> extends NativeSet<Item> {
  readonly #watch: TableWatch;
  #open = NONE_OPEN;

  constructor(watch: TableWatch) {
    super();
    this.#watch = watch;
  }

  override add(item: Item): this {
    if (this.#open.length > 0 && !this.has(item)) report(this.#watch, 'Set', 'add', this.#open);
    return super.add(item);
  }

  override delete(item: Item): boolean {
    if (this.#open.length > 0 && this.has(item)) reportDeletion(this.#watch, 'Set', this.#open, item);
    return super.delete(item);
  }

  override clear(): void {
    if (this.#open.length > 0 && this.size > 0) report(this.#watch, 'Set', 'clear', this.#open);
    super.clear();
  }

  override forEach(callback: (item: Item, again: Item, set: Set<Item>) => void, thisArgument?: unknown): void {
    const iteration = this.#iteration(true);
    try {
      super.forEach((item) => {
        iteration.standOn(item);
        Reflect.apply(callback, thisArgument, [item, item, this]);
      });
    } finally {
      iteration.close();
    }
  }

  override entries(): SetIterator<[Item, Item]> {
    return this.#iterator(whole<Item, Item>, false);
  }

  override keys(): SetIterator<Item> {
    return this.values();
  }

  override values(): SetIterator<Item> {
    return this.#iterator(first<Item, Item>, false);
  }

  override [Symbol.iterator](): SetIterator<Item> {
    return this.#iterator(first<Item, Item>, true);
  }

  #iterator<Result>(pick: (entry: [Item, Item]) => Result, byLoop: boolean): SetIterator<Result> {
    return new WatchedIterator(super.entries(), pick, this.#iteration(byLoop)) as unknown as SetIterator<Result>;
  }

  #iteration(byLoop: boolean): TableIteration {
    if (this.#open === NONE_OPEN) this.#open = [];
    return new TableIteration(this.#watch, this.#open as TableIteration[], byLoop);
  }
}

/** Copying a table is an iteration that nothing can interrupt, so the native iterator suffices. */
function fillMap<Key, Value>(map: Map<Key, Value>, entries: Iterable<readonly [Key, Value]>): void {
  const source = entries instanceof WatchedMap ? (mapEntries.call(entries) as Iterable<[Key, Value]>) : entries;
  for (const entry of source) mapSet.call(map, entry[0], entry[1]);
}

function fillSet<Item>(set: Set<Item>, items: Iterable<Item>): void {
  if (items instanceof WatchedSet) for (const entry of setEntries.call(items)) setAdd.call(set, entry[0]);
  else for (const item of items) setAdd.call(set, item);
}

function whole<Key, Value>(entry: [Key, Value]): [Key, Value] {
  return entry;
}

function first<Key, Value>(entry: [Key, Value]): Key {
  return entry[0];
}

function second<Key, Value>(entry: [Key, Value]): Value {
  return entry[1];
}

function reportDeletion(
  watch: TableWatch,
  table: TableConflict['table'],
  open: readonly TableIteration[],
  key: unknown,
): void {
  const disturbed = open.filter((iteration) => !iteration.toleratesDeletionOf(key));
  if (disturbed.length > 0) report(watch, table, 'delete', disturbed);
}

/** Reports one conflict for a change, with the iteration that was opened first. */
function report(
  watch: TableWatch,
  table: TableConflict['table'],
  change: TableConflict['change'],
  open: readonly TableIteration[],
): void {
  const { iterating = [], advanced = NO_RECORDS } = open[0] ?? {};
  const changing = watch.host.detailed ? simulatedCallers() : [];
  watch.host.tableConflict({ table, change, iterating, changing, advanced });
}
