import type { Finding } from '../search/finding.ts';

/** The smallest failure of its signature. */
export interface FoundFailure extends Finding {
  /**
   * A change with which the run passes, such as `when the reply of get seats takes less time`. Null
   * if none was found.
   */
  readonly holds: string | null;
  /** Absolute path of the replay; null when none was saved. */
  readonly file: string | null;
  /** A command to paste that shows the failure again. */
  readonly command: string;
  /** The report that the command line prints. */
  readonly lines: readonly string[];
}
