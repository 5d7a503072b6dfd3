/**
 * The choices of the world that a run makes, listed by key. Building keys is too costly for
 * ordinary runs, so only detailed runs and shrinking keep a list.
 */
import { type ChoiceOverrides, isChoiceKey, keyOf, type Scope } from '../kernel/draws.ts';
import { mix } from '../kernel/hash.ts';

/** Choices beyond this number are counted, but not listed. */
const LISTED_MAX = 100_000;

export class ChoiceList {
  readonly #seen = new Set<number>();
  readonly #values: Record<string, number> = {};
  readonly #notMinimal: Record<string, number> = {};

  /** Number of different choices. */
  get count(): number {
    return this.#seen.size;
  }

  /** Values by key, in the order in which they were chosen. */
  get values(): ChoiceOverrides {
    return this.#values;
  }

  /** The choices that differ from their minimal value and whose key can be saved in a replay. */
  get notMinimal(): ChoiceOverrides {
    return this.#notMinimal;
  }

  readonly add = (scope: Scope, count: number, value: number, minimal: number): void => {
    const before = this.#seen.size;
    this.#seen.add(mix(scope.hash, count));
    if (this.#seen.size === before || before >= LISTED_MAX) return;
    const key = keyOf(scope, count);
    this.#values[key] = value;
    if (value !== minimal && isChoiceKey(key)) this.#notMinimal[key] = value;
  };
}
