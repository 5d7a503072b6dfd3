/**
 * Items that are all due after the same time: added in order, and so due in order.
 */
import { Fifo } from '../../sim/kernel/fifo.ts';

export class Deadlines<Item> {
  readonly #withinMs: number;
  readonly #keyOf: (item: Item) => string;
  readonly #queue = new Fifo<{ readonly item: Item; readonly dueAtMs: number }>();
  readonly #open = new Map<string, Item>();

  constructor(withinMs: number, keyOf: (item: Item) => string) {
    this.#withinMs = withinMs;
    this.#keyOf = keyOf;
  }

  /** Starts the deadline of an item, unless it is open already. */
  add(item: Item, nowMs: number): void {
    const key = this.#keyOf(item);
    if (this.#open.has(key)) return;
    this.#open.set(key, item);
    this.#queue.push({ item, dueAtMs: nowMs + this.#withinMs });
  }

  get(key: string): Item | undefined {
    return this.#open.get(key);
  }

  /** Closes an item. Returns whether it was open. */
  settle(key: string): boolean {
    return this.#open.delete(key);
  }

  keys(): Iterable<string> {
    return this.#open.keys();
  }

  /** Removes and returns the first overdue item, or undefined. Constant time on average. */
  overdue(nowMs: number): Item | undefined {
    for (let first = this.#queue.first; first !== undefined && first.dueAtMs < nowMs; first = this.#queue.first) {
      this.#queue.take();
      const key = this.#keyOf(first.item);
      if (this.#open.get(key) !== first.item) continue;
      this.#open.delete(key);
      return first.item;
    }
    return undefined;
  }
}
