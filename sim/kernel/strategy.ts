/**
 * Strategies: how delays and priorities are chosen within the limits of the world. Nothing else
 * decides the order of events.
 */
import { type Draws, scopeOf } from './draws.ts';
import type { Domain } from './heap.ts';

export interface Strategy {
  /** A delay from `minUs` to `maxUs`. `fraction` is the choice, uniform in [0, 1). */
  delayUs(fraction: number, minUs: number, maxUs: number, nowUs: number): number;
  /**
   * Of events due at the same time, the lower priority comes first. Without it, the one scheduled
   * first.
   */
  priorityOf?(domain: Domain, step: number, nowUs: number): number;
}

/** `pct:3` is PCT with depth 3. */
export const STRATEGIES = ['latency-random', 'uniform', 'pct:1', 'pct:2', 'pct:3'] as const;
export type StrategyName = (typeof STRATEGIES)[number];

/** `changesMs`: when a strategy of PCT changes priorities. */
export function createStrategy(name: StrategyName, draws: Draws, changesMs?: readonly number[]): Strategy {
  if (name === 'latency-random') return latencyRandom;
  if (name === 'uniform') return uniform;
  return new Pct(draws, Number(name.slice('pct:'.length)), changesMs);
}

/**
 * Like a network: mostly fast, sometimes slow. Half of all delays are in the lowest sixteenth of
 * the range.
 */
const latencyRandom: Strategy = {
  delayUs(fraction, minUs, maxUs) {
    const square = fraction * fraction;
    return minUs + (maxUs - minUs) * square * square;
  },
};

/** Every delay is equally likely, so that events overtake each other more often. */
const uniform: Strategy = {
  delayUs: (fraction, minUs, maxUs) => minUs + (maxUs - minUs) * fraction,
};

/** Delays end on a grid, so that many events are due at the same time and priorities decide. */
const GRID_US = 10_000;

/**
 * Without moments of change (plans of earlier versions have none) the change points are among the
 * first steps of a run, up to this one.
 */
const STEPS_EXPECTED = 4000;

/**
 * Probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi, Nagarakatte: "A Randomized
 * Scheduler with Probabilistic Guarantees of Finding Bugs", ASPLOS 2010), applied to events. Each
 * domain has a random priority. At depth − 1 change points, the domain that is active then falls
 * behind all others.
 */
class Pct implements Strategy {
  readonly #draws: Draws;
  /** In microseconds, or in steps. */
  readonly #changes: readonly number[];
  readonly #areSteps: boolean;
  readonly #priorities = new Map<string, number>();
  #changed = 0;

  constructor(draws: Draws, depth: number, changesMs: readonly number[] | undefined) {
    this.#draws = draws;
    this.#areSteps = changesMs === undefined;
    this.#changes = changesMs?.map((atMs) => atMs * 1000) ?? changeSteps(draws, depth);
  }

  delayUs(_fraction: number, minUs: number, maxUs: number, nowUs: number): number {
    const dueUs = Math.ceil((nowUs + minUs) / GRID_US) * GRID_US;
    return Math.min(Math.max(minUs, dueUs - nowUs), Math.max(minUs, maxUs));
  }

  priorityOf(domain: Domain, step: number, nowUs: number): number {
    const change = this.#changes[this.#changed];
    if (change !== undefined && (this.#areSteps ? step : nowUs) >= change) {
      this.#changed += 1;
      this.#priorities.set(domain.name, 2 + this.#changed);
    }
    let priority = this.#priorities.get(domain.name);
    if (priority === undefined) {
      priority = this.#draws.fraction(scopeOf('strategy', domain.name), 0);
      this.#priorities.set(domain.name, priority);
    }
    return priority;
  }
}

function changeSteps(draws: Draws, depth: number): readonly number[] {
  const scope = scopeOf('strategy', 'pct');
  return Array.from({ length: depth - 1 }, (_, index) => draws.integer(scope, index, 1, STEPS_EXPECTED)).sort(
    (left, right) => left - right,
  );
}
