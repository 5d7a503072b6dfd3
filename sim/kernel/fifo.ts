/**
 * A first-in, first-out queue. Each operation takes constant time on average, which
 * `Array.prototype.shift` does not promise.
 */

/** Number of taken places that are kept before the queue considers moving its items up. */
const TAKEN_MAX = 32;

export class Fifo<Item> {
  /** Taken places are undefined, so that the queue does not keep a taken item alive. */
  readonly #items: (Item | undefined)[] = [];
  #head = 0;

  get size(): number {
    return this.#items.length - this.#head;
  }

  /** The oldest item; undefined when the queue is empty. */
  get first(): Item | undefined {
    return this.#items[this.#head];
  }

  /** The item with `index` older ones before it; undefined when there are fewer items. */
  at(index: number): Item | undefined {
    return this.#items[this.#head + index];
  }

  push(item: Item): void {
    this.#items.push(item);
  }

  /** Removes the oldest item and returns it; undefined when the queue is empty. */
  take(): Item | undefined {
    if (this.#head === this.#items.length) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head] = undefined;
    this.#head += 1;
    if (this.#head > TAKEN_MAX && this.#head * 2 > this.#items.length) {
      this.#items.splice(0, this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** Removes all items and returns them, oldest first. */
  takeAll(): Item[] {
    const items = this.#items.splice(this.#head) as Item[];
    this.#items.length = 0;
    this.#head = 0;
    return items;
  }
}
