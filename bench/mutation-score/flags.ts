/**
 * Parses the flags of the mutation score.
 */
import { parseFlags, seedOf } from '../../sim/cli/flags.ts';
import type { Seed } from '../../sim/index.ts';

const OPTIONS = {
  sample: { type: 'string' },
  seed: { type: 'string' },
  jobs: { type: 'string' },
  results: { type: 'string' },
  json: { type: 'boolean' },
  check: { type: 'boolean' },
  record: { type: 'boolean' },
  draw: { type: 'boolean' },
} as const;

export interface Flags {
  /** Number of mutants to judge, from the beginning of the sample. All by default. */
  readonly sample: number | null;
  /** Draws another sample than the committed one. */
  readonly seed: Seed | null;
  readonly jobs: number;
  /** A file that keeps results. */
  readonly results: string | null;
  readonly json: boolean;
  /** Judge the mutants of the committed figure. */
  readonly check: boolean;
  /** Write the committed figure anew. */
  readonly record: boolean;
  /** Draw the committed sample anew, and judge nothing. */
  readonly draw: boolean;
}

/** Throws an error with a one-line message for invalid flags. */
export function flagsOf(parameters: readonly string[]): Flags {
  const values = parseFlags(parameters, OPTIONS);
  const { sample, seed, jobs = '2', results, json = false, check = false, record = false, draw = false } = values;
  if (check && (seed !== undefined || sample !== undefined))
    throw new Error('--check judges the mutants of the committed figure (remove --sample and --seed)');
  if (record && (check || draw || seed !== undefined))
    throw new Error('--record writes what the committed sample shows (remove --check, --draw and --seed)');
  return {
    sample: sample === undefined ? null : numberOf('--sample', sample),
    seed: seed === undefined ? null : seedOf(seed),
    jobs: numberOf('--jobs', jobs),
    results: results ?? null,
    json,
    check,
    record,
    draw,
  };
}

function numberOf(flag: string, text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new Error(`invalid ${flag} ${text} (expected a number from 1 to 9999)`);
  return Number(text);
}
