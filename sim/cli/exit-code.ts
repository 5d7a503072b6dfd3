/**
 * Exit codes: the table, and how a command's outcome or error maps to one.
 */
import { CommanderError } from 'commander';
import { UsageError } from '../project/usage-error.ts';
import { LoadError, VariantError } from '../load/errors.ts';
import { ReplayError } from '../replay/replay-error.ts';
import type { Failure } from '../run/run-verdict.ts';

export const EXIT = {
  held: 0,
  failed: 1,
  usage: 2,
  nondeterminism: 3,
  nothingRan: 4,
  scenario: 65,
  internal: 70,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Shown by `--help`. docs/cli.md has the same table. */
export const EXIT_MEANINGS: Readonly<Record<ExitCode, string>> = {
  0: 'every property held',
  1: 'a property was violated or the system failed; with `replay`: the same failure or a different one',
  2: 'invalid command, configuration, file or directory, or a mutant that no longer fits the code',
  3: 'nondeterminism: two runs of a seed differed, a replay diverged, or code tried to `escape`',
  4: 'nothing ran, or too little was tested: no operation ended ok, no connection was accepted, a property was never judged, or a mark was not reached; with `bisect`: some commits could not be judged',
  65: 'the scenario is wrong (`scenario-error`): a script, an operation or a checker threw',
  70: 'internal error in seedstorm, or its output could not be written',
  130: 'Ctrl-C: the first finishes current runs, the second stops at once',
};

/** The outcome of a command. Absent means false. */
export interface Outcome {
  readonly interrupted?: boolean | undefined;
  readonly internalError?: boolean | undefined;
  readonly scenarioError?: boolean | undefined;
  readonly nondeterminism?: boolean | undefined;
  /** A variant could not be planted. */
  readonly variantError?: boolean | undefined;
  readonly failed?: boolean | undefined;
  readonly nothingRan?: boolean | undefined;
}

/**
 * The outcome that failures amount to. An escape counts as nondeterminism: it was refused, but
 * without the refusal something besides the seed would have decided the run.
 */
export function outcomeOf(failures: readonly Failure[]): Outcome {
  const verdicts = new Set(failures.map(({ verdict }) => verdict));
  return {
    internalError: verdicts.has('internal-error'),
    scenarioError: verdicts.has('scenario-error'),
    nondeterminism: verdicts.has('escape') || verdicts.has('nondeterminism'),
    failed: verdicts.size > 0,
  };
}

/** The code of the strongest part: an error of seedstorm or the scenario puts all else in doubt. */
export function exitCodeOf(outcome: Outcome): ExitCode {
  if (outcome.interrupted === true) return EXIT.interrupted;
  if (outcome.internalError === true) return EXIT.internal;
  if (outcome.scenarioError === true) return EXIT.scenario;
  if (outcome.nondeterminism === true) return EXIT.nondeterminism;
  if (outcome.variantError === true) return EXIT.usage;
  if (outcome.failed === true) return EXIT.failed;
  return outcome.nothingRan === true ? EXIT.nothingRan : EXIT.held;
}

/** The exit code for an error that ended a command early. Unknown errors are internal. */
export function exitCodeOfError(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.held : EXIT.usage;
  const isUsage = [UsageError, ReplayError, LoadError, VariantError].some((kind) => error instanceof kind);
  return isUsage ? EXIT.usage : EXIT.internal;
}
