/**
 * A FIFO queue. All operations take constant time on average.
 */
export class Queue<Item> {
  #items: Item[] = [];
  #head = 0;

  get first(): Item | undefined {
    return this.#items[this.#head];
  }

  push(item: Item): void {
    this.#items.push(item);
  }

  shift(): void {
    if (this.#head === this.#items.length) return;
    this.#head += 1;
    if (this.#head <= 1024 || this.#head * 2 <= this.#items.length) return;
    this.#items = this.#items.slice(this.#head);
    this.#head = 0;
  }
}
