/**
 * Exit codes: what a script learns of a command. All are computed here.
 */
import { CommanderError } from 'commander';
import { UsageError } from '../api/usage-error.ts';
import { LoadError, VariantError } from '../load/errors.ts';
import { ReplayError } from '../replay/replay-error.ts';

export const EXIT = {
  held: 0,
  /** A property was violated, or the system failed in another way; on `replay`: it happened again. */
  failed: 1,
  usage: 2,
  nondeterminism: 3,
  nothingRan: 4,
  harness: 70,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What a command saw. What is absent was not seen. */
export interface Seen {
  readonly interrupted?: boolean;
  readonly harnessFault?: boolean;
  readonly nondeterminism?: boolean;
  readonly failed?: boolean;
  readonly nothingRan?: boolean;
}

/** The strongest of what was seen: a fault of the harness puts everything else in doubt, nondeterminism every failure. */
export function exitCodeOf(seen: Seen): ExitCode {
  if (seen.interrupted === true) return EXIT.interrupted;
  if (seen.harnessFault === true) return EXIT.harness;
  if (seen.nondeterminism === true) return EXIT.nondeterminism;
  if (seen.failed === true) return EXIT.failed;
  return seen.nothingRan === true ? EXIT.nothingRan : EXIT.held;
}

/** Of what ended a command early. Whatever is not known to be the user's is the harness's. */
export function exitCodeOfError(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.held : EXIT.usage;
  const isUsage = [UsageError, ReplayError, LoadError, VariantError].some((kind) => error instanceof kind);
  return isUsage ? EXIT.usage : EXIT.harness;
}
