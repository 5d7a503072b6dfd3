/**
 * The choices of the world that a run makes, listed by key. Keys are texts and cost what a run must not pay for as a rule: a list is kept of runs
 * that are looked at closely.
 */
import { type ChoiceOverrides, isChoiceKey, keyOf, type Scope } from '../kernel/draws.ts';
import { mix } from '../kernel/hash.ts';

/** Of more, only the number is known. */
const LISTED_MAX = 100_000;

export class ChoiceList {
  readonly #seen = new Set<number>();
  readonly #values: Record<string, number> = {};
  readonly #notMinimal: Record<string, number> = {};

  /** How many there were. */
  get count(): number {
    return this.#seen.size;
  }

  /** By key, in their order. */
  get values(): ChoiceOverrides {
    return this.#values;
  }

  /** Those that have another value than their plain one and can be written down. */
  get notMinimal(): ChoiceOverrides {
    return this.#notMinimal;
  }

  readonly add = (scope: Scope, count: number, value: number, plain: number): void => {
    const before = this.#seen.size;
    this.#seen.add(mix(scope.hash, count));
    if (this.#seen.size === before || before >= LISTED_MAX) return;
    const key = keyOf(scope, count);
    this.#values[key] = value;
    if (value !== plain && isChoiceKey(key)) this.#notMinimal[key] = value;
  };
}
