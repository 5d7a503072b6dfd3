/**
 * The committed figure: mutants that were found, and that must be found again. A mutant that
 * survives costs all its seeds and cannot get worse, so only found ones are judged again.
 */
import { readFileSync } from 'node:fs';
import type { Mutant } from './mutant.ts';
import type { Result } from './score.ts';

export interface Figure {
  /** Seeds for each mutant. Most mutants are found by the first. */
  readonly seeds: number;
  /** Fewer than all: a change of the gateway may move a bug to a later seed. */
  readonly foundAtLeast: number;
  /** Ids of mutants of the sample. */
  readonly mutants: readonly string[];
}

/** Seeds for each mutant of a figure. */
export const FIGURE_SEEDS = 30;
const MUTANTS = 30;
const MAY_BE_MISSED = 3;

export const readFigure = (file: string): Figure => JSON.parse(readFileSync(file, 'utf8')) as Figure;

/** The first mutants that were found, in the order of the sample. */
export function figureOf(results: readonly Result[]): Figure {
  const found = results.filter(({ foundBy, seeds }) => foundBy !== null && seeds <= FIGURE_SEEDS).slice(0, MUTANTS);
  return {
    seeds: FIGURE_SEEDS,
    foundAtLeast: Math.max(1, found.length - MAY_BE_MISSED),
    mutants: found.map(({ id }) => id),
  };
}

export const figureText = (figure: Figure): string => `${JSON.stringify(figure, null, 2)}\n`;

/** The mutants of the figure that the sample still has. */
export const mutantsOf = (figure: Figure, sample: readonly Mutant[]): readonly Mutant[] =>
  sample.filter(({ id }) => figure.mutants.includes(id));
