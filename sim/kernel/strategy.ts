/**
 * Strategies: how the freedom that the world leaves is used. A strategy assigns delays and priorities, and nothing else decides the order of
 * events.
 */
import { type Draws, scopeOf } from './draws.ts';
import type { Domain } from './heap.ts';

export interface Strategy {
  /** A delay from `minUs` to `maxUs`; `fraction` is its choice, uniform in [0, 1). */
  delayUs(fraction: number, minUs: number, maxUs: number, nowUs: number): number;
  /** Of events that are due at the same moment, the lower comes first. Absent: the one that was scheduled first. */
  priorityOf?(domain: Domain, step: number): number;
}

/** `pct:3` is PCT with depth 3. */
export const STRATEGIES = ['latency-random', 'uniform', 'pct:1', 'pct:2', 'pct:3'] as const;
export type StrategyName = (typeof STRATEGIES)[number];

export function createStrategy(name: StrategyName, draws: Draws): Strategy {
  if (name === 'latency-random') return latencyRandom;
  if (name === 'uniform') return uniform;
  return new Pct(draws, Number(name.slice('pct:'.length)));
}

/** As networks are: mostly quick, sometimes slow. Half of all delays are below a sixteenth of the range. */
const latencyRandom: Strategy = {
  delayUs(fraction, minUs, maxUs) {
    const square = fraction * fraction;
    return minUs + (maxUs - minUs) * square * square;
  },
};

/** Every delay is as likely as any other: more overtakes more. */
const uniform: Strategy = {
  delayUs: (fraction, minUs, maxUs) => minUs + (maxUs - minUs) * fraction,
};

/** Delays end on a grid, so that much is due at the same moment and priorities decide. */
const GRID_US = 10_000;

/** Change points lie among the first so many steps. */
const STEPS_EXPECTED = 4000;

/**
 * Probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi, Nagarakatte: "A Randomized Scheduler with Probabilistic Guarantees of Finding
 * Bugs", ASPLOS 2010), carried over to events: everybody has a random priority, and at depth − 1 random steps whoever runs falls behind all others.
 */
class Pct implements Strategy {
  readonly #draws: Draws;
  readonly #changeSteps: readonly number[];
  readonly #priorities = new Map<string, number>();
  #changed = 0;

  constructor(draws: Draws, depth: number) {
    this.#draws = draws;
    const scope = scopeOf('strategy', 'pct');
    this.#changeSteps = Array.from({ length: depth - 1 }, (_, index) =>
      draws.integer(scope, index, 1, STEPS_EXPECTED),
    ).sort((left, right) => left - right);
  }

  delayUs(_fraction: number, minUs: number, maxUs: number, nowUs: number): number {
    const dueUs = Math.ceil((nowUs + minUs) / GRID_US) * GRID_US;
    return Math.min(Math.max(minUs, dueUs - nowUs), Math.max(minUs, maxUs));
  }

  priorityOf(domain: Domain, step: number): number {
    const changeStep = this.#changeSteps[this.#changed];
    if (changeStep !== undefined && step >= changeStep) {
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
