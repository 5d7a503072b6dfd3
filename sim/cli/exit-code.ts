/**
 * Exit codes: what a script learns of a command. All are computed here.
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

/** What each of them says to users; README.md has the same. */
export const EXIT_MEANINGS: Readonly<Record<ExitCode, string>> = {
  0: 'everything held',
  1: 'a property was violated, or the system failed in another way; on `replay`: it happened again',
  2: 'the command, a file or a folder is not in order, or a defect does not fit the code any more',
  3: 'nondeterminism: a seed was not the same twice, the system tried a way out of it (`escape`), or a replay diverged',
  4: 'nothing ran, or nothing was tested: no operation of an actor ended ok, or no connection was accepted',
  65: 'the scenario itself is wrong (`scenario-error`): a script, an operation or a checker threw',
  70: 'internal error: seedstorm itself failed, or its output could not be written',
  130: 'Ctrl-C. The first finishes what runs and says what is left, the second stops at once',
};

/** What a command saw. What is absent was not seen. */
export interface Seen {
  readonly interrupted?: boolean;
  readonly internalError?: boolean;
  readonly scenarioError?: boolean;
  readonly nondeterminism?: boolean;
  /** A variant could not be planted. */
  readonly variantError?: boolean;
  readonly failed?: boolean;
  /** No seed ran, or no client used the system in any of them. */
  readonly nothingRan?: boolean;
}

/** What failures amount to. An escape was stopped, but something besides the seed would have decided. */
export function seenIn(failures: readonly Failure[]): Seen {
  const verdicts = new Set(failures.map(({ verdict }) => verdict));
  return {
    internalError: verdicts.has('internal-error'),
    scenarioError: verdicts.has('scenario-error'),
    nondeterminism: verdicts.has('escape') || verdicts.has('nondeterminism'),
    failed: verdicts.size > 0,
  };
}

/** The strongest of what was seen: an error of seedstorm or of the scenario puts everything else in doubt. */
export function exitCodeOf(seen: Seen): ExitCode {
  if (seen.interrupted === true) return EXIT.interrupted;
  if (seen.internalError === true) return EXIT.internal;
  if (seen.scenarioError === true) return EXIT.scenario;
  if (seen.nondeterminism === true) return EXIT.nondeterminism;
  if (seen.variantError === true) return EXIT.usage;
  if (seen.failed === true) return EXIT.failed;
  return seen.nothingRan === true ? EXIT.nothingRan : EXIT.held;
}

/** The exit code for an error that ended a command early. Unknown errors are internal ones. */
export function exitCodeOfError(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.held : EXIT.usage;
  const isUsage = [UsageError, ReplayError, LoadError, VariantError].some((kind) => error instanceof kind);
  return isUsage ? EXIT.usage : EXIT.internal;
}
