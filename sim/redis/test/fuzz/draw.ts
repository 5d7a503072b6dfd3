/** Seeded choices. Each case draws from a separate stream, so that it does not depend on others. */
import seedrandom from 'seedrandom';
import type { Seed } from '../../../kernel/seed.ts';

export class Draw {
  readonly #next: () => number;

  constructor(seed: Seed, label: string) {
    this.#next = seedrandom.alea(`${seed}/${label}`);
  }

  /** An integer from 0 to `count - 1`. */
  below(count: number): number {
    return Math.floor(this.#next() * count);
  }

  /** An integer from `min` to `max`. */
  between(min: number, max: number): number {
    return min + this.below(max - min + 1);
  }

  chance(probability: number): boolean {
    return this.#next() < probability;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  /** Between `min` and `max` results of `create`. */
  some<T>(min: number, max: number, create: () => T): T[] {
    return Array.from({ length: this.between(min, max) }, create);
  }
}
