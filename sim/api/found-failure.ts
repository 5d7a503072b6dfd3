import type { Finding } from '../search/finding.ts';

/** The smallest failure of its signature. */
export interface FoundFailure extends Finding {
  /** Absolute path of the replay; null when none was saved. */
  readonly file: string | null;
  /** Shows the failure again: a command to paste, or a call where no command does it. */
  readonly command: string;
  /** The report that the command line prints. */
  readonly lines: readonly string[];
}
