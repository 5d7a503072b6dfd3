/**
 * Properties from an id and a function. The function receives the state of the run and checks it;
 * to follow records, write a `Property` with a `checker`.
 */
import type { CheckerView, Property } from '../property.ts';

/** The state of a run, and the function that checks it. */
export type PropertyView<Configuration = unknown> = Pick<
  CheckerView<Configuration>,
  'ledger' | 'configuration' | 'nowMs' | 'check'
>;

export interface PropertyOptions {
  /** One sentence: what holds. The id by default. */
  readonly description?: string | undefined;
  /** The risk it guards against, by the project's own name. */
  readonly risk?: string | undefined;
  /** A campaign of at least this number of seeds has to judge it; 50 by default. */
  readonly judgedWithinSeeds?: number | undefined;
}

export interface SometimesOptions extends Omit<PropertyOptions, 'judgedWithinSeeds'> {
  /** A campaign of at least this number of seeds has to reach the state. None by default. */
  readonly withinSeeds?: number | undefined;
}

/** Checked after every step. Keep `check` cheap: a run has some 10,000 steps. */
export function always<Configuration = unknown>(
  id: string,
  check: (view: PropertyView<Configuration>) => void,
  options: PropertyOptions = {},
): Property<Configuration> {
  return { ...partsOf(id, options), kind: 'always', checker: (view) => ({ quiescent: () => check(view) }) };
}

/**
 * Checked after every step once the system must have settled: `settleMs` after the faults ended.
 * Before that it need not hold. The actors leave while it is checked.
 */
export function eventually<Configuration = unknown>(
  id: string,
  check: (view: PropertyView<Configuration>) => void,
  options: PropertyOptions = {},
): Property<Configuration> {
  return { ...partsOf(id, options), kind: 'eventually', checker: (view) => ({ quiescent: () => check(view) }) };
}

/** Checked once: at the end of the run, `leaveMs` after the last actor has left. */
export function atEnd<Configuration = unknown>(
  id: string,
  check: (view: PropertyView<Configuration>) => void,
  options: PropertyOptions = {},
): Property<Configuration> {
  return { ...partsOf(id, options), kind: 'always', checker: (view) => ({ end: () => check(view) }) };
}

/**
 * Shows whether runs reach an interesting state, in which the function returns true after a step.
 * It never fails. The state is a mark named `id`, counted once for each run. A campaign lists the
 * marks that it never reached.
 */
export function sometimes<Configuration = unknown>(
  id: string,
  isReached: (view: Omit<PropertyView<Configuration>, 'check'>) => boolean,
  { withinSeeds, ...options }: SometimesOptions = {},
): Property<Configuration> {
  return {
    ...partsOf(id, options),
    kind: 'sometimes',
    marks: [withinSeeds === undefined ? id : { name: id, withinSeeds }],
    checker: (view) => {
      let wasReached = false;
      return {
        quiescent: () => {
          if (wasReached || !isReached(view)) return;
          wasReached = true;
          view.mark(id);
        },
      };
    },
  };
}

function partsOf(id: string, { description = id, risk, judgedWithinSeeds }: PropertyOptions) {
  return { id, description, risk, judgedWithinSeeds };
}
